export const answer = (): number => JSON.parse("42");
