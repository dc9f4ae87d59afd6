import { z } from "zod";
import type { Checker } from "../../checkers/checker.ts";
import type { ResolvedCheck, ResolvedConfig } from "../../config/resolved.ts";
import { snapshotOfHashes } from "../../vcs/file-tree.ts";
import type { Snapshot } from "../../vcs/repository.ts";
import type { PlannedCheck } from "../plan.ts";

/** A checker that looks at everything and finds nothing, but for what a test says otherwise. */
export function fakeChecker(different: Partial<Checker> = {}): Checker {
  return {
    id: "lint",
    title: "A linter",
    stage: "static",
    feeds: ["code_style"],
    patterns: ["**/*"],
    configFiles: ["**/lint.json"],
    handles: "files",
    cacheable: true,
    exclusive: false,
    settings: z.unknown(),
    install: "install it",
    locate: async () => ["/bin/true"],
    version: { args: ["--version"], pattern: /(\d+)/ },
    detect: async () => ({}),
    check: async ({ files }) => ({ evidence: { files: files.length, exitCode: 0 }, findings: [], problems: [] }),
    ...different,
  };
}

export function resolvedCheck(id: string, different: Partial<ResolvedCheck> = {}): ResolvedCheck {
  return {
    id,
    tool: id,
    stage: "static",
    suite: "unit",
    command: undefined,
    args: [],
    cwd: "",
    files: undefined,
    exclude: [],
    report: {},
    coverage: undefined,
    takeIn: undefined,
    timeoutMs: 60_000,
    optional: false,
    advisory: false,
    exclusive: false,
    cache: "content",
    env: [],
    after: [],
    needs: [],
    retries: 0,
    maxOutputBytes: undefined,
    resources: [],
    settings: {},
    ...different,
  };
}

export function resolvedConfig(
  checks: readonly ResolvedCheck[],
  different: Partial<ResolvedConfig> = {},
): ResolvedConfig {
  return {
    root: "/repo",
    file: "/repo/trigate.yaml",
    hash: "0",
    checks,
    gates: [],
    base: undefined,
    baseline: "trigate-baseline.jsonl",
    suppressions: [],
    newOnly: "lines",
    testImpact: "off",
    onInconclusive: "retry",
    worktreeSetup: undefined,
    services: [],
    resources: {},
    cache: { maxBytes: 1024 ** 3, shared: undefined },
    codecov: { account: "new", unmeasured: "fail", flags: {} },
    models: { plan: undefined, research: undefined, attempts: 3, retries: 3, silenceMs: 180_000 },
    tasks: { require: ["static", "test", "performance"], statusHook: undefined },
    ...different,
  };
}

/** A snapshot of files whose content a test names. */
export function snapshotOf(contents: Readonly<Record<string, string>>): Snapshot {
  const hashes = Object.entries(contents).map(([path, content]): [string, string] => [path, `100644:${content}`]);
  return snapshotOfHashes(new Map(hashes), { dirty: false, commit: "c".repeat(40) });
}

export function plannedCheck(different: Partial<PlannedCheck> = {}): PlannedCheck {
  return { check: resolvedCheck("lint"), checker: fakeChecker(), files: ["a.ts"], partial: false, ...different };
}
