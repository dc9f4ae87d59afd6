export const readText = 1;
