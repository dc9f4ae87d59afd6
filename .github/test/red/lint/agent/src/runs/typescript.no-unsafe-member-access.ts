export const answer: unknown = JSON.parse("42").value;
