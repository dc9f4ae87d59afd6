export const readReport = 1;
