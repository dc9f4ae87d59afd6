import { basename, dirname, isAbsolute, join, relative } from "node:path";
import { z } from "zod";
import { exists, readTextIfThere, realpath, stat } from "../platform/files.ts";
import { type Complaint, type LocatedYaml, parseLocatedYaml } from "./complaints.ts";
import { isPreset, locatePreset } from "./presets.ts";

/** A configuration with all that it extends, merged: the extending file last, so that it decides. */
export interface ExtendedYaml {
  readonly yaml: LocatedYaml;
  /** Absolute paths of the files that it extends, in the order in which they were read. */
  readonly files: readonly string[];
  /** Their texts, for a hash over all. */
  readonly texts: readonly string[];
  /** Presets and files as people are shown them, the extending file last. */
  readonly sources: readonly string[];
  /** Where a value was written; `undefined` for what stands in none of the files. */
  readonly sourceOf: (path: readonly PropertyKey[]) => ValueSource | undefined;
}

export interface ValueSource {
  /** A preset by its name, or a file as seen from the repository. */
  readonly from: string;
  readonly line: number | undefined;
}

const Extends = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const CONFIG_FILE = "trigate.yaml";

/**
 * Reads `extends` of a configuration: presets, files relative to it, or packages in the nearest `node_modules`. Maps are
 * merged key by key, `null` takes a key away that an extended file has, and everything else is replaced. What is wrong comes
 * back as complaints at the line of the `extends`.
 */
export async function readExtended(text: string, file: string): Promise<ExtendedYaml> {
  const own = parseLocatedYaml(text);
  const boundary = await boundaryOf(dirname(file));
  const state: Reading = { boundary, files: [], texts: [] };
  const from = relative(boundary, file) || CONFIG_FILE;
  const { layer, complaints } = await layersOf(own, {
    file,
    from,
    trail: [join(await realpath(dirname(file)), basename(file))],
    state,
  });
  const isOwn = (path: readonly PropertyKey[]) => has(own.value, path);
  const lineOf: LocatedYaml["lineOf"] = (path) =>
    own.lineOf(isOwn(path) ? path : isOwn(["extends"]) ? ["extends"] : path);
  const value = valueOf(layer);
  const sourceOf = sourcesIn(layer, value);
  const sources = [...allLayers(layer)].map((each) => each.from);
  const hasPresets = sources.some(isPreset);
  const isPresumed = (path: readonly PropertyKey[]) => hasPresets && isPreset(sourceOf(path)?.from ?? "");
  const { files, texts } = state;
  return { yaml: { value, complaints, lineOf, isPresumed }, files, texts, sources, sourceOf };
}

interface Reading {
  /** No relative file may lie outside of this folder. */
  readonly boundary: string;
  readonly files: string[];
  readonly texts: string[];
}

interface Place {
  readonly file: string;
  /** As people are shown it. */
  readonly from: string;
  /** Real paths of the files that led here. */
  readonly trail: readonly string[];
  readonly state: Reading;
}

/** One file, over those that it extends. */
interface Layer {
  readonly from: string;
  readonly yaml: LocatedYaml;
  readonly below: readonly Layer[];
}

interface Layered {
  readonly layer: Layer;
  readonly complaints: readonly Complaint[];
}

async function layersOf(yaml: LocatedYaml, place: Place): Promise<Layered> {
  const alone: Layer = { from: place.from, yaml, below: [] };
  const written = z.looseObject({ extends: z.unknown() }).safeParse(yaml.value);
  if (yaml.complaints.length > 0 || !written.success || written.data.extends === undefined)
    return { layer: alone, complaints: yaml.complaints };
  const complain = (message: string): Layered => ({
    layer: alone,
    complaints: [{ path: "extends", line: yaml.lineOf(["extends"]), message }],
  });
  const names = Extends.safeParse(written.data.extends);
  if (!names.success)
    return complain("a file such as ../trigate.yaml, a preset, the name of a package, or a list of them");
  const below: Layer[] = [];
  for (const name of names.data) {
    const read = await readNamed(name, place);
    if ("problem" in read) return complain(read.problem);
    below.push(read.layer);
  }
  return { layer: { ...alone, below }, complaints: [] };
}

async function readNamed(
  name: string,
  { file, trail, state }: Place,
): Promise<{ readonly layer: Layer } | { readonly problem: string }> {
  const found = await locate(name, { from: dirname(file), boundary: state.boundary });
  if ("problem" in found) return found;
  if (trail.includes(found.file)) {
    const circle = [...trail, found.file].map((each) => relative(state.boundary, each));
    return { problem: `extends itself: ${circle.join(" → ")}` };
  }
  const text = (await readTextIfThere(found.file)) ?? "";
  state.files.push(found.file);
  state.texts.push(text);
  const from = isPreset(name) ? name : relative(state.boundary, found.file);
  const inner = { file: found.file, from, trail: [...trail, found.file], state };
  const { layer, complaints } = await layersOf(parseLocatedYaml(text), inner);
  const [fault] = complaints;
  return fault === undefined ? { layer } : { problem: faultInWords(name, fault) };
}

function faultInWords(name: string, { line, path, message }: Complaint): string {
  return `${name}${line === undefined ? "" : `, line ${line}`}: ${path === "" ? "" : `${path}: `}${message}`;
}

function valueOf({ below, yaml }: Layer): unknown {
  if (below.length === 0) return yaml.value;
  return mergeValues(below.map(valueOf).reduce(mergeValues, undefined), yaml.value);
}

function* allLayers(layer: Layer): Generator<Layer> {
  for (const each of layer.below) yield* allLayers(each);
  yield layer;
}

/** The key under which a map of layers says which of them has the map itself. */
const SELF = "";

/** Finds the layer of a value in a tree that is merged as the values are, so that it is right wherever they are. */
function sourcesIn(top: Layer, value: unknown): ExtendedYaml["sourceOf"] {
  const layers = [...allLayers(top)];
  let tree: unknown;
  return (path) => {
    if (!has(value, path)) return undefined;
    tree ??= treeOf(top, layers);
    const index = leafAt(tree, path) ?? layers.findLastIndex(({ yaml }) => has(yaml.value, path));
    const layer = layers[index];
    return layer === undefined ? undefined : { from: layer.from, line: layer.yaml.lineOf(path) };
  };
}

function treeOf(layer: Layer, layers: readonly Layer[]): unknown {
  const below = layer.below.map((each) => treeOf(each, layers)).reduce(mergeValues, undefined);
  return mergeValues(below, marked(layer.yaml.value, layers.indexOf(layer)));
}

/** The same value with the number of its layer in the place of each part; `null` stays, since it takes away. */
function marked(value: unknown, index: number): unknown {
  if (value === null || !isMap(value)) return value === null ? null : index;
  const parts = Object.entries(value).map(([key, part]) => [key, marked(part, index)] as const);
  return { ...Object.fromEntries(parts), [SELF]: index };
}

function leafAt(tree: unknown, path: readonly PropertyKey[]): number | undefined {
  let at = tree;
  for (const part of path) {
    // Lists come as a whole from one file.
    if (!isMap(at)) break;
    at = at[String(part)];
  }
  const leaf = isMap(at) ? at[SELF] : at;
  return typeof leaf === "number" ? leaf : undefined;
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
  if (isPreset(name)) return locatePreset(name);
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
