export const first = (values: number[]): number | undefined => values.filter((value) => value > 1)[0];
