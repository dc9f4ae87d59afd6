// @ts-ignore
export const answer: number = 42;
