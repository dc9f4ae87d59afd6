export const ruff = 1;
