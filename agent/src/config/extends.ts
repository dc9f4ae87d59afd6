import { dirname, isAbsolute, join, relative } from "node:path";
import { z } from "zod";
import { exists, readTextIfThere, realpath, stat } from "../platform/files.ts";
import { type Complaint, type LocatedYaml, parseLocatedYaml } from "./complaints.ts";

/** A configuration with all that it extends, merged: the extending file last, so that it decides. */
export interface ExtendedYaml {
  readonly yaml: LocatedYaml;
  /** Absolute paths of the files that it extends, in the order in which they were read. */
  readonly files: readonly string[];
  /** Their texts, for a hash over all. */
  readonly texts: readonly string[];
}

const Extends = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const CONFIG_FILE = "trigate.yaml";

/**
 * Reads `extends` of a configuration: files relative to it, or packages in the nearest `node_modules`. Maps are merged key by
 * key, `null` takes a key away that an extended file has, and everything else is replaced. What is wrong comes back as
 * complaints at the line of the `extends`.
 */
export async function readExtended(text: string, file: string): Promise<ExtendedYaml> {
  const own = parseLocatedYaml(text);
  const state: Reading = { boundary: await boundaryOf(dirname(file)), files: [], texts: [] };
  const { value, complaints } = await merged(own, { file, trail: [await realpath(file)], state });
  const isOwn = (path: readonly PropertyKey[]) => has(own.value, path);
  const lineOf: LocatedYaml["lineOf"] = (path) =>
    own.lineOf(isOwn(path) ? path : isOwn(["extends"]) ? ["extends"] : path);
  return { yaml: { value, complaints, lineOf }, files: state.files, texts: state.texts };
}

interface Reading {
  /** No relative file may lie outside of this folder. */
  readonly boundary: string;
  readonly files: string[];
  readonly texts: string[];
}

interface Place {
  readonly file: string;
  /** Real paths of the files that led here. */
  readonly trail: readonly string[];
  readonly state: Reading;
}

interface Merged {
  readonly value: unknown;
  readonly complaints: readonly Complaint[];
}

async function merged(yaml: LocatedYaml, { file, trail, state }: Place): Promise<Merged> {
  const written = z.looseObject({ extends: z.unknown() }).safeParse(yaml.value);
  if (yaml.complaints.length > 0 || !written.success || written.data.extends === undefined)
    return { value: yaml.value, complaints: yaml.complaints };
  const complain = (message: string): Merged => ({
    value: yaml.value,
    complaints: [{ path: "extends", line: yaml.lineOf(["extends"]), message }],
  });
  const names = Extends.safeParse(written.data.extends);
  if (!names.success) return complain("a file such as ../trigate.yaml, the name of a package, or a list of them");
  let value: unknown;
  for (const name of names.data) {
    const found = await locate(name, { from: dirname(file), boundary: state.boundary });
    if ("problem" in found) return complain(found.problem);
    if (trail.includes(found.file))
      return complain(
        `extends itself: ${[...trail, found.file].map((each) => relative(state.boundary, each)).join(" → ")}`,
      );
    const text = (await readTextIfThere(found.file)) ?? "";
    state.files.push(found.file);
    state.texts.push(text);
    const inner = await merged(parseLocatedYaml(text), { file: found.file, trail: [...trail, found.file], state });
    const [fault] = inner.complaints;
    if (fault !== undefined)
      return complain(
        `${name}${fault.line === undefined ? "" : `, line ${fault.line}`}: ${fault.path === "" ? "" : `${fault.path}: `}${fault.message}`,
      );
    value = mergeValues(value, inner.value);
  }
  return { value: mergeValues(value, yaml.value), complaints: [] };
}

/** The later value decides; of two maps each key by itself. */
export function mergeValues(base: unknown, over: unknown): unknown {
  if (!isMap(base) || !isMap(over)) return over === undefined ? base : over;
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === null && key in base) delete result[key];
    else result[key] = mergeValues(base[key], value);
  }
  return result;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function has(value: unknown, path: readonly PropertyKey[]): boolean {
  let at = value;
  for (const part of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, part)) return false;
    at = new Map(Object.entries(at)).get(String(part));
  }
  return true;
}

type Located = { readonly file: string } | { readonly problem: string };

async function locate(name: string, { from, boundary }: { from: string; boundary: string }): Promise<Located> {
  if (isAbsolute(name))
    return { problem: `${name} is an absolute path, which others do not have; write it relative to this file` };
  if (name.startsWith(".")) return inside(await fileAt(join(from, name)), { name, boundary });
  for (let folder = from; ; folder = dirname(folder)) {
    const file = await fileAt(join(folder, "node_modules", name));
    if (file !== undefined) return { file: await realpath(file) };
    if (dirname(folder) === folder) break;
  }
  return {
    problem: `there is no package ${name} with a ${CONFIG_FILE} in node_modules; install it, or write ./${name} for a file`,
  };
}

async function inside(
  file: string | undefined,
  { name, boundary }: { name: string; boundary: string },
): Promise<Located> {
  if (file === undefined) return { problem: `there is no ${name}` };
  const real = await realpath(file);
  const between = relative(boundary, real);
  return between.startsWith("..") || isAbsolute(between)
    ? { problem: `${name} lies outside of the repository` }
    : { file: real };
}

/** A file as it is, or the configuration in a folder. */
async function fileAt(path: string): Promise<string | undefined> {
  if (!(await exists(path))) return undefined;
  if ((await stat(path)).isFile()) return path;
  const file = join(path, CONFIG_FILE);
  return (await exists(file)) ? file : undefined;
}

/** The repository that a folder lies in, or the folder. */
async function boundaryOf(start: string): Promise<string> {
  for (let folder = start; ; folder = dirname(folder)) {
    if (await exists(join(folder, ".git"))) return realpath(folder);
    if (dirname(folder) === folder) return realpath(start);
  }
}
