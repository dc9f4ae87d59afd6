export const parseOxlint = 1;
