import picomatch from "picomatch";
import { sha256 } from "../platform/files.ts";
import type { Snapshot } from "../vcs/repository.ts";
import type { PlannedCheck } from "./plan.ts";

/** Raise it when an adapter's or parser's answer changes for the same inputs. */
const FINGERPRINT_VERSION = 1;

/** Variables that every tool may see and that count as inputs, because tools read them. */
const ENVIRONMENT_INPUTS = ["CI", "LANG", "LC_ALL", "TZ", "NODE_ENV", "NODE_OPTIONS", "PYTHONPATH"];

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
  const variables = [...ENVIRONMENT_INPUTS, ...check.env].map((name) => `${name}=${env[name] ?? ""}`);
  const parts = {
    format: String(FINGERPRINT_VERSION),
    agent: agentVersion,
    platform: `${process.platform} ${process.arch}`,
    check: JSON.stringify(settings),
    tool,
    environment: sha256(variables.join("\0")),
    scope: sha256(`${partial}\0${files.join("\0")}`),
    inputs: inputsHash({ check, checker, files }, snapshot),
  };
  return { key: sha256(JSON.stringify(parts)), parts };
}

/** Every file that is not ignored, or only the files in scope and the tool's configuration where the adapter proves that this is enough. */
function inputsHash(
  { check, checker, files }: Pick<PlannedCheck, "check" | "checker" | "files">,
  snapshot: Snapshot,
): string {
  if (checker.inputs !== "scope") return snapshot.tree;
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
