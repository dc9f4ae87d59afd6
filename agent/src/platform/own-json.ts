/**
 * Reads JSON that this very program wrote and that a checksum or the database guards. Anything else, above all what a
 * repository, a tool or a client can write, goes through a schema.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the form that it wrote itself
export function parseOwnJson<T>(text: string): T;
export function parseOwnJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return value;
}
