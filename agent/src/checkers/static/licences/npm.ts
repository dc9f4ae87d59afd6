import { dirname, join, posix } from "node:path";
import { z } from "zod";
import { readJson } from "../../reading/read-json.ts";
import type { InstalledPackage } from "./package.ts";

const Licence = z.union([z.string(), z.object({ type: z.string() }).transform(({ type }) => type)]);

const Names = z.record(z.string(), z.string()).optional();
const Entry = z.object({
  name: z.string().optional(),
  version: z.string().default(""),
  license: Licence.optional().catch(undefined),
  link: z.boolean().default(false),
  dev: z.boolean().default(false),
  devOptional: z.boolean().default(false),
  optional: z.boolean().default(false),
  dependencies: Names,
  devDependencies: Names,
  optionalDependencies: Names,
  peerDependencies: Names,
});
type Entry = z.infer<typeof Entry>;

const Lock = z.object({ lockfileVersion: z.int().min(2), packages: z.record(z.string(), Entry) });

const Manifest = z.object({
  license: Licence.optional().catch(undefined),
  licenses: z
    .union([Licence.transform((one) => [one]), z.array(Licence)])
    .default([])
    .catch([]),
});

export interface PackageSource {
  readonly packages: readonly InstalledPackage[];
  readonly problems: readonly string[];
}

export type ReadText = (path: string) => Promise<string | undefined>;

/**
 * The packages of a `package-lock.json`, with the licence that each installed `package.json` states, or else the lock
 * file. `root` is absolute, `file` relative to it. A lock file whose packages are not installed is a problem, since older
 * lock files name no licence and what they do name can be out of date.
 */
export async function npmPackages(
  { root, file }: { readonly root: string; readonly file: string },
  readText: ReadText,
): Promise<PackageSource> {
  const read = readJson((await readText(join(root, file))) ?? "", Lock);
  if (!read.ok) return { packages: [], problems: [`licences: ${file}: ${read.problem} (npm 7 or later writes it)`] };
  const folder = join(root, dirname(file));
  const locked: LockedPlace[] = [];
  for (const [at, entry] of Object.entries(read.value.packages))
    if (isInstalled(at) && !entry.link)
      locked.push({ at, entry, manifest: await readText(join(folder, at, "package.json")) });
  if (locked.length > 0 && locked.every(({ manifest }) => manifest === undefined)) {
    const problem = `licences: nothing of ${file} is installed; run npm ci in ${posix.dirname(file)} first`;
    return { packages: [], problems: [problem] };
  }
  const paths = dependencyPaths(read.value.packages);
  const packages = locked
    // What was not installed for being of another platform is never shipped from here either.
    .filter(({ entry, manifest }) => manifest !== undefined || !entry.optional)
    .map(
      ({ at, entry, manifest }): InstalledPackage => ({
        name: entry.name ?? nameAt(at),
        version: entry.version,
        licence: licenceOf(manifest) ?? entry.license,
        source: file,
        file,
        path: paths.get(at) ?? [],
        development: entry.dev || entry.devOptional,
      }),
    );
  return { packages, problems: [] };
}

interface LockedPlace {
  /** Such as `node_modules/a/node_modules/b`. */
  readonly at: string;
  readonly entry: Entry;
  /** The text of its `package.json`; absent when it is not installed. */
  readonly manifest: string | undefined;
}

/** Whether a place of a lock file is that of a package; the others are the project and its workspaces. */
function isInstalled(at: string): boolean {
  return at.includes("node_modules/");
}

function nameAt(at: string): string {
  return at.slice(at.lastIndexOf("node_modules/") + "node_modules/".length);
}

function licenceOf(manifest: string | undefined): string | undefined {
  const read = readJson(manifest ?? "", Manifest);
  if (!read.ok) return undefined;
  const { license, licenses } = read.value;
  return license ?? (licenses.length === 0 ? undefined : `(${licenses.join(" OR ")})`);
}

/** For each installed place the shortest way to it from the project or one of its workspaces. */
function dependencyPaths(packages: Readonly<Record<string, Entry>>): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, readonly string[]>();
  const queue = Object.keys(packages).filter((at) => !isInstalled(at));
  for (const at of queue) paths.set(at, []);
  // The queue grows while it is gone through.
  for (const at of queue) {
    const own = isInstalled(at) ? [...(paths.get(at) ?? []), nameAt(at)] : [];
    for (const name of neededBy(packages[at], !isInstalled(at))) {
      const target = resolved(packages, { from: at, name });
      if (target === undefined || paths.has(target)) continue;
      paths.set(target, own);
      queue.push(target);
    }
  }
  return paths;
}

/** Names of the packages that one asks for; what it is developed with is installed for projects only. */
function neededBy(entry: Entry | undefined, isProject: boolean): readonly string[] {
  return Object.keys({
    ...entry?.peerDependencies,
    ...entry?.optionalDependencies,
    ...(isProject ? entry?.devDependencies : {}),
    ...entry?.dependencies,
  });
}

/** Where Node would find a package: in the nearest `node_modules` upward. */
function resolved(
  packages: Readonly<Record<string, Entry>>,
  { from, name }: { from: string; name: string },
): string | undefined {
  for (let folder = from; ; ) {
    const at = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (Object.hasOwn(packages, at)) return at;
    if (folder === "") return undefined;
    const parent = posix.dirname(folder);
    folder = parent === "." ? "" : parent;
  }
}
