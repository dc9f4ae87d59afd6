import { delimiter } from "node:path";
import picomatch from "picomatch";
import { sha256 } from "../platform/files.ts";
import type { Snapshot } from "../vcs/repository.ts";
import type { LocatedTool } from "./locate-tool.ts";
import type { PlannedCheck } from "./plan.ts";
import type { Surrounding } from "./surroundings/surroundings.ts";
import { toolEnvironment } from "./tool-environment.ts";

/** Raise it when an adapter's or parser's answer changes for the same inputs. */
const FINGERPRINT_VERSION = 2;

/** Variables that tools see and that change no answer: who runs them, and where temporary and own things lie. */
const NO_INPUTS =
  /^(PATH|USER|LOGNAME|SHELL|TMPDIR|TEMP|TMP|TRIGATE_STATE_DIR|XDG_(RUNTIME|SESSION|SEAT|VTNR|CACHE).*)$/;

/** What a check may say that changes no answer. */
const WITHOUT_EFFECT = new Set([
  "advisory",
  "timeoutMs",
  "optional",
  "exclusive",
  "after",
  "resources",
  "retries",
  "maxOutputBytes",
]);

/** All that an answer of a check depends on, by part, so that a miss can name the part that changed. */
export interface Fingerprint {
  readonly key: string;
  readonly parts: Readonly<Record<string, string>>;
  /** The same for every machine that has the same things, wherever the workspace lies there; for a shared cache. */
  readonly portableKey: string;
}

export interface FingerprintInputs {
  readonly snapshot: Snapshot;
  readonly root: string;
  readonly tool: LocatedTool;
  readonly surrounding: Surrounding;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly agentVersion: string;
}

/**
 * The key of a check's answer: everything that could change it. Files that are ignored count as far as configuration
 * names them or a package manager has recorded them.
 */
export function fingerprintOf(
  { check, checker, files, partial }: PlannedCheck,
  { root, snapshot, tool, surrounding, env, agentVersion }: FingerprintInputs,
): Fingerprint {
  const settings = Object.fromEntries(Object.entries(check).filter(([name]) => !WITHOUT_EFFECT.has(name)));
  const parts = {
    format: String(FINGERPRINT_VERSION),
    agent: agentVersion,
    platform: `${process.platform} ${process.arch}`,
    check: JSON.stringify(settings),
    tool: `${tool.identity} ${tool.version ?? ""}`,
    environment: environmentOf(env, check.env),
    scope: sha256(`${partial}\0${files.join("\0")}`),
    inputs: inputsHash({ check, checker, files }, snapshot),
    ...surrounding,
  };
  return {
    key: sha256(JSON.stringify(parts)),
    parts,
    get portableKey() {
      const portable = portableEnvironment(env, root);
      const program = `${portablePath(tool.argv.join("\0"), root, env)} ${tool.version ?? ""} ${tool.content()}`;
      return sha256(JSON.stringify({ ...parts, tool: program, environment: environmentOf(portable, check.env) }));
    },
  };
}

function portablePath(text: string, root: string, env: FingerprintInputs["env"]): string {
  const home = env["HOME"] ?? env["USERPROFILE"] ?? "";
  const withoutRoot = text.replaceAll(root, "<root>");
  return home.length > 1 ? withoutRoot.replaceAll(home, "<home>") : withoutRoot;
}

function portableEnvironment(env: FingerprintInputs["env"], root: string): FingerprintInputs["env"] {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value && portablePath(value, root, env)]),
  );
}

/** Everything that the tool sees of the environment, a hash of each value, and the folders of programs that it could start by name. */
function environmentOf(own: FingerprintInputs["env"], names: readonly string[]): string {
  const variables = Object.entries(toolEnvironment(own, { root: "", names }))
    .filter(([name]) => !NO_INPUTS.test(name) || names.includes(name))
    .map(([name, value]) => `${name} ${sha256(value).slice(0, 32)}`);
  // npm puts folders of its own before the path, which says nothing about the programs that it finds.
  const path = (own["PATH"] ?? "").split(delimiter).filter((folder) => !/node_modules|node-gyp-bin/.test(folder));
  return [...variables.toSorted(), `PATH ${sha256(path.join("\0"))}`].join("\n");
}

/** Every file that is not ignored, or only the files in scope and the tool's configuration where the adapter proves that this is enough. */
function inputsHash(
  { check, checker, files }: Pick<PlannedCheck, "check" | "checker" | "files">,
  snapshot: Snapshot,
): string {
  // What a command of the user's own reads, nobody knows.
  if (checker.inputs !== "scope" || check.command !== undefined) return snapshot.tree;
  const inScope = new Set(files);
  const isConfig = picomatch([...checker.configFiles], { dot: true });
  const relevant = snapshot.files.filter(
    ({ path }) => inScope.has(path) || isConfig(path) || path === ".gitignore" || path.endsWith("/.gitignore"),
  );
  return sha256(`${check.cwd}\0${relevant.map(({ path, hash }) => `${hash} ${path}`).join("\0")}`);
}

/** The parts in which two fingerprints differ. */
export function changedParts(before: Fingerprint["parts"], now: Fingerprint["parts"]): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((part) => before[part] !== now[part]);
}

/** Names of the files or variables whose lines differ in a part that is written in lines. */
export function changedLinesOf(before: string | undefined, now: string | undefined): readonly string[] {
  const read = (text = "") => new Map(text.split("\n").map((line) => [line.slice(0, line.lastIndexOf(" ")), line]));
  const [old, current] = [read(before), read(now)];
  return [...new Set([...old.keys(), ...current.keys()])].filter(
    (name) => name !== "" && old.get(name) !== current.get(name),
  );
}
