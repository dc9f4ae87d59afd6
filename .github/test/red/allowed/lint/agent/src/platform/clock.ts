/** Milliseconds since 1970. */
export const nowMs = (): number => Date.now();
