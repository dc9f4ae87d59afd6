export const limit = (given: number | undefined): number => given || 10;
