const id = 1;

export const next = (id: number): number => id + 1;

export const first = next(id);
