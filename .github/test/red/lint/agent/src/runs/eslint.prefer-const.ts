let answer = 42;

export { answer };
