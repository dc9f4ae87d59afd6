import { delimiter } from "node:path";
import picomatch from "picomatch";
import { sha256 } from "../platform/files.ts";
import type { Snapshot } from "../vcs/repository.ts";
import type { PlannedCheck } from "./plan.ts";
import { toolEnvironment } from "./tool-environment.ts";

/** Raise it when an adapter's or parser's answer changes for the same inputs. */
const FINGERPRINT_VERSION = 1;

/** Variables that tools see and that change no answer: who runs them, and where temporary and own things lie. */
const NO_INPUTS =
  /^(PATH|USER|LOGNAME|SHELL|TMPDIR|TEMP|TMP|TRIGATE_STATE_DIR|XDG_(RUNTIME|SESSION|SEAT|VTNR|CACHE).*)$/;

/** All that an answer of a check depends on, by part, so that a miss can name the part that changed. */
export interface Fingerprint {
  readonly key: string;
  readonly parts: Readonly<Record<string, string>>;
}

export interface FingerprintInputs {
  readonly snapshot: Snapshot;
  /** The located tool: path, version and identity of its file. */
  readonly tool: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly agentVersion: string;
}

/** The key of a check's answer: everything that could change it. Files that are ignored count only through lockfiles. */
export function fingerprintOf(
  { check, checker, files, partial }: PlannedCheck,
  { snapshot, tool, env, agentVersion }: FingerprintInputs,
): Fingerprint {
  const { advisory: _advisory, timeoutMs: _timeoutMs, optional: _optional, ...settings } = check;
  const parts = {
    format: String(FINGERPRINT_VERSION),
    agent: agentVersion,
    platform: `${process.platform} ${process.arch}`,
    check: JSON.stringify(settings),
    tool,
    environment: environmentHash(env, check.env),
    scope: sha256(`${partial}\0${files.join("\0")}`),
    inputs: inputsHash({ check, checker, files }, snapshot),
  };
  return { key: sha256(JSON.stringify(parts)), parts };
}

/** Everything that the tool sees of the environment, and the programs that it could start by name. */
function environmentHash(own: FingerprintInputs["env"], names: readonly string[]): string {
  const variables = Object.entries(toolEnvironment(own, { root: "", names }))
    .filter(([name]) => !NO_INPUTS.test(name) || names.includes(name))
    .map(([name, value]) => `${name}=${value}`);
  // npm puts folders of its own before the path, which says nothing about the programs that it finds.
  const path = (own["PATH"] ?? "").split(delimiter).filter((folder) => !/node_modules|node-gyp-bin/.test(folder));
  return sha256([...variables.toSorted(), ...path].join("\0"));
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
