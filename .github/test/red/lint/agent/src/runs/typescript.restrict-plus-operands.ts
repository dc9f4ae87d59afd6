export const text = (count: number): string => count + " files";
