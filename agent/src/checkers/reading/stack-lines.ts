/**
 * The line at which a stack or traceback passes through a file: the first mention counts for JavaScript, where the place
 * of the failure comes first, the last one for Python.
 */
export function lineInFile(text: string, file: string, which: "first" | "last"): number | undefined {
  const name = file.split("/").at(-1);
  if (name === undefined || name === "") return undefined;
  const lines: number[] = [];
  for (let at = text.indexOf(`${name}:`); at !== -1; at = text.indexOf(`${name}:`, at + 1)) {
    const digits = /^\d{1,7}/.exec(text.slice(at + name.length + 1, at + name.length + 8))?.[0];
    if (digits !== undefined && beginsName(text, at) && isSamePath(text, { at, file })) lines.push(Number(digits));
  }
  return which === "first" ? lines[0] : lines.at(-1);
}

/** Whether a name that stands at `at` is a whole one, and not the end of a longer one. */
function beginsName(text: string, at: number): boolean {
  const before = text[at - 1];
  return before === undefined || /[\s/\\("'<]/.test(before);
}

/** Whether the folders before a name, as far as they are written, are the file's own. */
function isSamePath(text: string, { at, file }: { readonly at: number; readonly file: string }): boolean {
  const written = /[^\s("'<]*$/.exec(text.slice(Math.max(0, at - 300), at))?.[0] ?? "";
  const folders = written
    .replaceAll("\\", "/")
    .replace(/^file:\/\//, "")
    .split("/")
    .filter((part) => part !== "" && part !== ".");
  const own = file.split("/").slice(0, -1);
  const shared = Math.min(folders.length, own.length);
  return folders.slice(folders.length - shared).join("/") === own.slice(own.length - shared).join("/");
}
