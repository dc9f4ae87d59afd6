import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Each swaps something of JavaScript or TypeScript that compiles for something else that compiles. */
const SWAPS = [
  [/ === /, " !== "],
  [/ !== /, " === "],
  [/ && /, " || "],
  [/ \|\| /, " && "],
  [/\btrue\b/, "false"],
  [/\bfalse\b/, "true"],
  [/ \+ /, " - "],
  [/ < (?=[\w(])/, " >= "],
  [/ > (?=[\w(])/, " <= "],
  [/\breturn (?!undefined)[^;{(]+;?$/, "return undefined;"],
  [/ = (\d+);?$/, " = $1 + 1;"],
];

/** What subjects of JavaScript have in common; `mutated` says which of the sources that a test loads are changed. */
export const scripts = (mutated) => ({
  swaps: SWAPS,
  isLeftAlone: (line) => /^\s*(\/\/|\*|\/\*|import |export type|type |interface )/.test(line),
  sources: (map) => Object.keys(map.loaded).filter((path) => mutated.test(path)),
});

/** Unpacks a package of npm; gives its folder. */
export function unpacked(pinned, work) {
  const archive = execFileSync("npm", ["pack", "-s", pinned], { cwd: work, encoding: "utf8" }).trim();
  execFileSync("tar", ["xzf", archive], { cwd: work });
  return join(work, "package");
}
