export const first = (values: number[]): number => values[0]!;
