import type { CheckResult } from "../core/check.ts";
import type { Run } from "../core/run.ts";
import type { Snapshot } from "../vcs/repository.ts";
import type { RunRequest } from "./run-service.ts";

/** The question that a recorded run answered, to be asked again of the tools themselves. */
export function requestOf({ scope }: Pick<Run, "scope">): RunRequest {
  return {
    paths: scope.paths,
    stages: scope.stages,
    checks: scope.checks,
    changed: scope.kind === "changed",
    staged: scope.kind === "staged",
    base: scope.kind === "changed" ? scope.base : undefined,
    noCache: true,
    fix: false,
    failFast: false,
    unrecorded: true,
  };
}

/** Paths whose content differs between what was judged and what is there, sorted. */
export function differingPaths(judged: Pick<Snapshot, "files">, now: Pick<Snapshot, "files">): readonly string[] {
  const before = new Map(judged.files.map(({ path, hash }) => [path, hash]));
  const after = new Map(now.files.map(({ path, hash }) => [path, hash]));
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .toSorted();
}

/** In what a replay differs from the run that it repeats; empty lists when in nothing that decides. */
export interface ReplayDifference {
  /** What it was asked with: versions of tools and of the agent, the machine. They explain; they decide nothing. */
  readonly circumstances: readonly string[];
  /** What it answered. */
  readonly answers: readonly string[];
}

/** Compares verdicts, the checks' own outcomes, their findings and their tests. Times and measured figures never count. */
export function compareRuns(recorded: Run, replayed: Run): ReplayDifference {
  const checksOf = ({ stages }: Run) =>
    new Map(stages.flatMap(({ checks }) => checks).map((check) => [check.id, check]));
  const [old, now] = [checksOf(recorded), checksOf(replayed)];
  const ids = [...new Set([...old.keys(), ...now.keys()])];
  const answers = ids.flatMap((id) => differencesOf(id, old.get(id), now.get(id)));
  const { outcome } = recorded.verdict;
  const verdict =
    outcome === replayed.verdict.outcome ? [] : [`the verdict was ${outcome} and is ${replayed.verdict.outcome}`];
  const circumstances = ids.flatMap((id) => {
    const [before, after] = [old.get(id)?.toolVersion, now.get(id)?.toolVersion];
    return before === after || after === undefined ? [] : [`${id}: version ${before ?? "unknown"} then, ${after} now`];
  });
  const places = (["agentVersion", "node", "platform", "arch"] as const).flatMap((name) =>
    recorded.environment[name] === replayed.environment[name]
      ? []
      : [`${name}: ${recorded.environment[name]} then, ${replayed.environment[name]} now`],
  );
  return { circumstances: [...places, ...circumstances], answers: [...verdict, ...answers] };
}

function differencesOf(id: string, old: CheckResult | undefined, now: CheckResult | undefined): readonly string[] {
  if (old === undefined) return [`${id}: was not part of the run`];
  if (now === undefined) return [`${id}: is no longer part of the configuration`];
  if (old.status !== now.status)
    return [`${id}: was ${old.status} (${old.message}) and is ${now.status} (${now.message})`];
  const findings = changes(
    old.findings.map(({ fingerprint, file, rule }) => ({ key: fingerprint, words: `${rule} in ${file}` })),
    now.findings.map(({ fingerprint, file, rule }) => ({ key: fingerprint, words: `${rule} in ${file}` })),
  );
  const tests = changes(
    old.tests.map(({ name, file, status }) => ({ key: `${status} ${file} ${name}`, words: `${name} ${status}` })),
    now.tests.map(({ name, file, status }) => ({ key: `${status} ${file} ${name}`, words: `${name} ${status}` })),
  );
  return [...findings, ...tests].map((change) => `${id}: ${change}`);
}

interface Named {
  readonly key: string;
  readonly words: string;
}

function changes(old: readonly Named[], now: readonly Named[]): readonly string[] {
  const [before, after] = [new Set(old.map(({ key }) => key)), new Set(now.map(({ key }) => key))];
  return [
    ...old.filter(({ key }) => !after.has(key)).map(({ words }) => `no longer ${words}`),
    ...now.filter(({ key }) => !before.has(key)).map(({ words }) => `now ${words}`),
  ];
}
