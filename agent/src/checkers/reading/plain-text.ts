/** Longer messages are cut: they come from tools and go into editors, reports and prompts. */
const LONGEST_MESSAGE = 4_000;

const ESCAPE_SEQUENCES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
/** Control characters except line feed and tab, and the marks that reorder text on the screen. */
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text of a tool as it may be shown: without escape sequences, control characters and outer blanks, at most 4,000 characters. */
export function plainText(text: string): string {
  const clean = text
    .replaceAll("\r\n", "\n")
    .replaceAll(ESCAPE_SEQUENCES, "")
    .replaceAll(CONTROL_CHARACTERS, "")
    .trim();
  return clean.length > LONGEST_MESSAGE ? `${clean.slice(0, LONGEST_MESSAGE - 1)}…` : clean;
}

/** {@link plainText} on one line. */
export function plainLine(text: string): string {
  return plainText(text).replaceAll(/\s*\n\s*/g, " ");
}
