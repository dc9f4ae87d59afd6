import { z } from "zod";
import { readJson } from "../read-json.ts";
import type { InstalledPackage } from "./advisory.ts";
import { normalName } from "./affected.ts";

export interface LockedPackage extends InstalledPackage {
  /** Line of the lock file that names it. */
  readonly line: number;
  /** Only needed to develop, by the lock file's own word. */
  readonly dev: boolean;
}

export interface LockFile {
  readonly packages: readonly LockedPackage[];
  /** What is asked for without one exact version; nobody can tell what will be installed. */
  readonly unpinned: readonly { readonly name: string; readonly line: number }[];
  readonly problems: readonly string[];
}

const Entry = z.object({
  name: z.string().optional(),
  version: z.string().optional(),
  link: z.boolean().optional(),
  dev: z.boolean().optional(),
  devOptional: z.boolean().optional(),
});
const NpmLock = z.object({ lockfileVersion: z.int(), packages: z.record(z.string(), Entry).optional() });

/** Reads `package-lock.json` of npm 7 and later. Links into the workspace and packages without a version are left out. Never throws. */
export function parseNpmLock(text: string): LockFile {
  const read = readJson(text, NpmLock);
  if (!read.ok) return { packages: [], unpinned: [], problems: [read.problem] };
  const { packages, lockfileVersion } = read.value;
  if (packages === undefined)
    return {
      packages: [],
      unpinned: [],
      problems: [`lock file version ${lockfileVersion} lists no "packages"; npm 7 and later write it`],
    };
  const lines = linesOfKeys(text);
  const locked = Object.entries(packages).flatMap(
    ([path, { name, version, link, dev, devOptional }]): LockedPackage[] => {
      const at = path.lastIndexOf("node_modules/");
      if (at === -1 || link === true || version === undefined) return [];
      return [
        {
          ecosystem: "npm",
          name: name ?? path.slice(at + "node_modules/".length),
          version,
          line: lines.get(path) ?? 1,
          dev: dev === true || devOptional === true,
        },
      ];
    },
  );
  return { packages: locked, unpinned: [], problems: [] };
}

function linesOfKeys(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  for (const [index, line] of text.split("\n").entries()) {
    const key = /^\s*"((?:[^"\\]|\\.)*node_modules\/[^"]+)":\s*\{/.exec(line)?.[1];
    if (key !== undefined && !lines.has(key)) lines.set(key, index + 1);
  }
  return lines;
}

const PINNED = /^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*={2,3}\s*([^\s;,*]+)\s*(?:;.*)?$/;
const NAMED = /^([A-Za-z0-9][A-Za-z0-9._-]*)/;

/** Reads a requirements file of pip. Hashes, markers, comments and options are understood as far as they matter here. Never throws. */
export function parseRequirements(text: string): LockFile {
  const packages: LockedPackage[] = [];
  const unpinned: { name: string; line: number }[] = [];
  for (const { words, line } of logicalLines(text)) {
    const pinned = PINNED.exec(words);
    if (pinned !== null)
      packages.push({
        ecosystem: "PyPI",
        name: normalName(pinned[1] ?? ""),
        version: pinned[2] ?? "",
        line,
        dev: false,
      });
    else if (!words.startsWith("-")) unpinned.push({ name: NAMED.exec(words)?.[1] ?? words.slice(0, 80), line });
  }
  return { packages, unpinned, problems: [] };
}

/** Lines joined over backslashes, without comments and without the options behind a requirement. */
function logicalLines(text: string): readonly { readonly words: string; readonly line: number }[] {
  const logical: { words: string; line: number }[] = [];
  let open: { words: string; line: number } | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const current: { words: string; line: number } = {
      words: `${open?.words ?? ""}${raw.replace(/\\$/, " ")}`,
      line: open?.line ?? index + 1,
    };
    open = raw.endsWith("\\") ? current : undefined;
    if (open === undefined) logical.push(current);
  }
  if (open !== undefined) logical.push(open);
  return logical
    .map(({ words, line }) => ({
      words: words
        .replace(/(^|\s)#.*$/, "")
        .replace(/\s--?[a-z].*$/, "")
        .trim(),
      line,
    }))
    .filter(({ words }) => words !== "");
}
