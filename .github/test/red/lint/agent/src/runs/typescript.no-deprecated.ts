/** @deprecated Use `answer`. */
const oldAnswer = 41;

export const answer = oldAnswer + 1;
