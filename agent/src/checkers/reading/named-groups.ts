/** What the named groups of an expression hold; one that took no part is `undefined`. */
export type Groups = Readonly<Record<string, string | undefined>>;

/** The named groups of the first form that fits a text; empty when none fits. */
export function firstGroups(text: string, forms: readonly RegExp[]): Groups {
  for (const form of forms) {
    const match = form.exec(text);
    if (match !== null) return match.groups ?? {};
  }
  return {};
}
