/** How long a story waits for something to become true: far longer than it takes, since machines differ. */
const LIMIT_MS = 60_000;

/**
 * Tries `look` again and again until it stops throwing, and gives what it returned. Fails with the last error of `look`,
 * so that a red story says what was there instead.
 */
export async function eventually<T>(look: () => T | Promise<T>): Promise<T> {
  const endMs = Date.now() + LIMIT_MS;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > endMs) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
