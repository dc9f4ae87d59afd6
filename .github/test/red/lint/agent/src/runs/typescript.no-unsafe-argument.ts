const length = (text: string): number => text.length;

export const answer: number = length(JSON.parse("1"));
