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
  const wanted = Object.entries(read.value.packages).filter(([at, { link }]) => at.includes("node_modules/") && !link);
  const paths = dependencyPaths(read.value.packages);
  const packages: InstalledPackage[] = [];
  let installed = 0;
  for (const [at, entry] of wanted) {
    const manifest = await readText(join(folder, at, "package.json"));
    if (manifest !== undefined) installed++;
    // What was not installed for being of another platform is never shipped from here either.
    else if (entry.optional) continue;
    packages.push({
      name: entry.name ?? nameAt(at),
      version: entry.version,
      licence: licenceOf(manifest) ?? entry.license,
      source: file,
      file,
      path: paths.get(at) ?? [],
      development: entry.dev || entry.devOptional,
    });
  }
  const missing =
    wanted.length > 0 && installed === 0
      ? [`licences: nothing of ${file} is installed; run npm ci in ${posix.dirname(file)} first`]
      : [];
  return { packages: missing.length === 0 ? packages : [], problems: missing };
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
  const queue = Object.keys(packages).filter((at) => !at.includes("node_modules/"));
  for (const at of queue) paths.set(at, []);
  for (let index = 0; index < queue.length; index++) {
    const at = queue[index] ?? "";
    const entry = packages[at];
    if (entry === undefined) continue;
    const isRoot = !at.includes("node_modules/");
    const own = isRoot ? [] : [...(paths.get(at) ?? []), nameAt(at)];
    const needed = {
      ...entry.peerDependencies,
      ...entry.optionalDependencies,
      ...(isRoot ? entry.devDependencies : {}),
      ...entry.dependencies,
    };
    for (const name of Object.keys(needed)) {
      const target = resolved(packages, { from: at, name });
      if (target === undefined || paths.has(target)) continue;
      paths.set(target, own);
      queue.push(target);
    }
  }
  return paths;
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
