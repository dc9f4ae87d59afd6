import type { Checker } from "./checker.ts";

/**
 * Hides the type of an adapter's settings, so that all adapters fit one table. Settings are parsed once more on the way
 * in, which makes a wrong hand-over an error instead of a cast; the schemas are idempotent.
 */
export function defineChecker<Settings>(checker: Checker<Settings>): Checker {
  const { feedsWith } = checker;
  return {
    ...checker,
    feedsWith: feedsWith && ((settings) => feedsWith(checker.settings.parse(settings))),
    check: (context) => checker.check({ ...context, settings: checker.settings.parse(context.settings) }),
  };
}
