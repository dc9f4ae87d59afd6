/**
 * The same answer for all who ask: for cases that look at different sides of one run of a tool. Whichever case comes first
 * starts it, so that each can be run alone.
 */
export function once<Answer>(run: () => Promise<Answer>): () => Promise<Answer> {
  let answer: Promise<Answer> | undefined;
  return () => (answer ??= run());
}
