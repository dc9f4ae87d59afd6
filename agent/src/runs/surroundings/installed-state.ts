import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import type { Checker } from "../../checkers/checker.ts";
import { tryJson } from "../../core/try-json.ts";
import type { ObservedFiles } from "../../platform/observed-files.ts";
import { foldersAbove } from "./outside-candidates.ts";
import { labelOf, type Where } from "./where.ts";

/** What package managers leave behind in `node_modules`: all that is installed, with hashes. */
const NODE_RECORDS = [".package-lock.json", ".modules.yaml", ".yarn-state.yml", ".pnpm/lock.yaml"];
const MAX_RECORD_BYTES = 64 * 1024 * 1024;

/**
 * What is installed where the tool looks for plugins and libraries, as text: the package managers' own records of it.
 * A package that was altered by hand after its installation does not show, unless it is a link or an editable install.
 */
export function installedState({
  checker,
  argv,
  where,
  observed,
}: {
  checker: Checker;
  argv: readonly string[];
  where: Where;
  observed: ObservedFiles;
}): string {
  const lines: string[] = [];
  const modules = new Set([
    ...[where.cwd, ...foldersAbove(where.cwd)].map((folder) => join(folder, "node_modules")),
    ...argv.flatMap(modulesAround),
  ]);
  for (const folder of modules) lines.push(...nodeState(folder, where, observed));
  for (const prefix of pythonPrefixes({ checker, argv, where })) {
    lines.push(...interpreterOf(prefix, where, observed));
    for (const folder of packageFolders(prefix, observed)) lines.push(...pythonState(folder, where, observed));
  }
  return lines.join("\n");
}

/** The outermost and the innermost `node_modules` that a program lies in. */
function modulesAround(part: string): readonly string[] {
  const marker = "/node_modules/";
  const first = part.indexOf(marker);
  return first === -1
    ? []
    : [part.slice(0, first + marker.length - 1), part.slice(0, part.lastIndexOf(marker) + marker.length - 1)];
}

function* nodeState(folder: string, where: Where, observed: ObservedFiles): Generator<string> {
  if (!observed.isFolder(folder)) return;
  const label = labelOf(folder, where);
  let recorded = false;
  for (const name of NODE_RECORDS) {
    const hash = observed.hashOf(join(folder, name));
    if (hash === undefined) continue;
    recorded = true;
    yield `${label}/${name} ${hash}`;
  }
  if (recorded) yield* linkedPackages(folder, where, observed);
  else yield* packagesByManifest(folder, where, observed);
}

/** Without any record, the packages' own manifests have to do. */
function* packagesByManifest(folder: string, where: Where, observed: ObservedFiles): Generator<string> {
  for (const name of observed.namesIn(folder) ?? []) {
    const path = join(folder, name);
    if (name.startsWith("@")) yield* packagesByManifest(path, where, observed);
    else {
      const hash = observed.hashOf(join(path, "package.json"));
      if (hash !== undefined) yield `${labelOf(path, where)} ${hash}`;
    }
  }
}

const Linked = z.object({
  packages: z.record(z.string(), z.object({ link: z.boolean().optional(), resolved: z.string().optional() })),
});

/** Packages that are links to folders outside of the workspace change without any installation. */
function* linkedPackages(folder: string, where: Where, observed: ObservedFiles): Generator<string> {
  const real = observed.realPathOf(folder);
  // A node_modules that is itself a link belongs to another project, whose own packages are none of this one's plugins.
  if (real === undefined || !real.startsWith(`${where.root}/`)) return;
  for (const resolved of linksIn(observed.textOf(join(folder, NODE_RECORDS[0] ?? ""), MAX_RECORD_BYTES))) {
    const target = resolve(dirname(folder), resolved);
    if (target.startsWith(`${where.root}/`)) continue;
    yield `${resolved} ${observed.treeHashOf(target) ?? "absent"}`;
  }
}

/** Where the packages lie that npm's record calls links. The record is large, and mostly it has none. */
function linksIn(record: string | undefined): readonly string[] {
  if (record === undefined || !/"link":\s*true/.test(record)) return [];
  const { packages = {} } = Linked.safeParse(tryJson(record)).data ?? {};
  return Object.values(packages).flatMap(({ link, resolved }) => (link === true ? (resolved ?? []) : []));
}

/** Environments that a Python tool imports from: the one that it lies in, and the workspace's. */
function pythonPrefixes({
  checker,
  argv,
  where,
}: {
  checker: Checker;
  argv: readonly string[];
  where: Where;
}): ReadonlySet<string> {
  const program = argv[0] ?? "";
  const prefixes = new Set<string>();
  if (basename(dirname(program)) === "bin") prefixes.add(dirname(dirname(program)));
  if (!checker.patterns.some((pattern) => /\bpyi?\b/.test(pattern))) return prefixes;
  const folders = new Set([where.cwd, where.root]);
  for (const folder of folders) for (const name of [".venv", "venv", ".tools/python"]) prefixes.add(join(folder, name));
  if (where.env["VIRTUAL_ENV"]) prefixes.add(where.env["VIRTUAL_ENV"]);
  prefixes.add(join(where.home, ".local"));
  return prefixes;
}

/** An environment names its Python's version in a file, and its interpreter is a link to the one that it was made with. */
function* interpreterOf(prefix: string, where: Where, observed: ObservedFiles): Generator<string> {
  const settings = observed.hashOf(join(prefix, "pyvenv.cfg"));
  if (settings === undefined) return;
  const interpreter = observed.realPathOf(join(prefix, "bin", "python3"));
  yield `${labelOf(prefix, where)}/pyvenv.cfg ${settings} ${interpreter === undefined ? "" : labelOf(interpreter, where)}`;
}

function packageFolders(prefix: string, observed: ObservedFiles): readonly string[] {
  return (observed.namesIn(join(prefix, "lib")) ?? [])
    .filter((name) => /^python3?(\.\d+)?$/.test(name))
    .flatMap((name) => ["site-packages", "dist-packages"].map((kind) => join(prefix, "lib", name, kind)));
}

/** What tells of an installed package, by the end of its folder's name; the first that is there counts. */
const METADATA: readonly (readonly [ending: string, records: readonly string[]])[] = [
  // The record lists every installed file with its hash.
  [".dist-info", ["RECORD", "METADATA"]],
  // Older installers left a single file instead of the folder.
  [".egg-info", [".", "PKG-INFO"]],
];

function* pythonState(folder: string, where: Where, observed: ObservedFiles): Generator<string> {
  const label = labelOf(folder, where);
  for (const name of observed.namesIn(folder) ?? []) {
    const path = join(folder, name);
    const records = METADATA.find(([ending]) => name.endsWith(ending))?.[1];
    if (records !== undefined) yield `${label}/${name} ${firstHash(path, records, observed)}`;
    else if (/\.(pth|egg-link)$/.test(name)) yield* addedFolders(path, where, observed);
  }
}

/** The hash of the first of some files that is there, `""` without any. The others are not looked at. */
function firstHash(folder: string, names: readonly string[], observed: ObservedFiles): string {
  for (const name of names) {
    const hash = observed.hashOf(join(folder, name));
    if (hash !== undefined) return hash;
  }
  return "";
}

/** Folders that a file adds to what Python imports from, as an editable install does. */
function* addedFolders(file: string, where: Where, observed: ObservedFiles): Generator<string> {
  const lines = (observed.textOf(file, 1024 * 1024) ?? "").split("\n").map((line) => line.trim());
  yield `${labelOf(file, where)} ${lines.map((line) => labelOf(line, where)).join(" ")}`;
  for (const folder of lines) {
    if (!folder.startsWith("/") || folder.startsWith(`${where.root}/`) || folder === where.root) continue;
    yield `${labelOf(folder, where)} ${observed.treeHashOf(folder) ?? "absent"}`;
  }
}
