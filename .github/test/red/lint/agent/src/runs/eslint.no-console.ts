console.log("hello");

export const said = true;
