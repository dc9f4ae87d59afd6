import type { Checker } from "../checkers/checker.ts";
import type { CheckResult, TestImpact } from "../core/check.ts";
import type { CoverageReport, LineTests } from "../core/coverage.ts";
import type { Selection } from "../core/impact.ts";
import type { Snapshot } from "../vcs/repository.ts";
import type { PlannedCheck } from "./plan.ts";
import { type ImpactInputs, type Ran, recordImpact, recordInputs, selectionNow, shadowOf } from "./test-impact.ts";

export interface ImpactOfRun {
  readonly mode: "off" | "select" | "shadow";
  readonly root: string;
  readonly stateFolder: string;
  readonly snapshot: Snapshot;
  readonly agentVersion: string;
}

/** A plan of which test checks run only what the change needs, and what to do when they have run. */
export interface ImpactPlan {
  readonly planned: readonly PlannedCheck[];
  /** Results with what was selected; keeps what whole runs show for the next time. */
  readonly learn: (results: readonly CheckResult[]) => Promise<readonly CheckResult[]>;
}

/** More would not fit into one command line on every system. */
const MOST_ARGUMENT_BYTES = 100_000;

/** Narrows test checks to the tests that the change since their last whole run needs, in mode `select`. */
export async function planImpact(planned: readonly PlannedCheck[], run: ImpactOfRun): Promise<ImpactPlan> {
  if (run.mode === "off") return { planned, learn: async (results) => results };
  const selections = new Map<string, { selection: ImpactSelection; inputs: ImpactInputs; plan: PlannedCheck }>();
  for (const plan of planned) {
    if (plan.checker.selectsTests === undefined || plan.partial || plan.files.length === 0) continue;
    const inputs = inputsOf(plan, run);
    selections.set(plan.check.id, { selection: await selectionFor(plan, inputs), inputs, plan });
  }
  const narrowed = planned.map((plan) => {
    const known = selections.get(plan.check.id);
    if (known === undefined) return plan;
    if (run.mode === "select" && !known.selection.all) return narrow(plan, known.selection);
    return plan.checker.selectsTests === "files" ? { ...plan, notesInputs: true } : plan;
  });
  return {
    planned: narrowed,
    learn: (results) =>
      Promise.all(
        results.map(async (result) => {
          // Only the map needs to know it; a record of the run would carry it for nothing.
          const { testInputs: _inputs, ...rest } = result;
          const known = selections.get(result.id);
          if (known === undefined) return rest;
          const impact = await learnFrom(result, {
            ...known,
            mode: run.mode === "shadow" ? "shadow" : "select",
            selects: known.plan.checker.selectsTests,
          });
          return { ...rest, message: `${result.message}; ${inWords(impact)}`, impact };
        }),
      ),
  };
}

type ImpactSelection = Awaited<ReturnType<typeof selectionNow>>;

/** Settings count as a whole; what the check itself leaves behind is no change. */
function inputsOf({ check }: PlannedCheck, { root, stateFolder, snapshot, agentVersion }: ImpactOfRun): ImpactInputs {
  const { advisory: _advisory, timeoutMs: _timeout, ...settings } = check;
  const left = new Set([check.coverage, ...Object.values(check.report)]);
  const files = snapshot.files.filter(({ path }) => !left.has(path));
  const text = JSON.stringify({ ...settings, agentVersion });
  return { root, stateFolder, checkId: check.id, settings: text, snapshot: { ...snapshot, files } };
}

async function selectionFor({ check }: PlannedCheck, inputs: ImpactInputs): Promise<ImpactSelection> {
  if (check.command !== undefined) return { all: true, why: "a command of one's own is handed no tests" };
  const selection = await selectionNow(inputs);
  if (selection.all || [...selection.testFiles, ...selection.tests].join(" ").length <= MOST_ARGUMENT_BYTES)
    return selection;
  return { all: true, why: "it needs more of them than fit into a command line", map: selection.map };
}

function narrow(plan: PlannedCheck, selection: Exclude<Selection, { all: true }>): PlannedCheck {
  const selectedTests = [...selection.testFiles, ...selection.tests];
  // Without a test there is nothing in scope. An answer to some of the tests is no answer to all of them, so none is kept.
  const files = selectedTests.length === 0 ? [] : plan.files;
  return { ...plan, files, partial: true, selectedTests, check: { ...plan.check, cache: "never", takeIn: undefined } };
}

interface Learning {
  readonly mode: "select" | "shadow";
  readonly selection: ImpactSelection;
  readonly inputs: ImpactInputs;
  readonly selects: Checker["selectsTests"];
}

async function learnFrom(result: CheckResult, { mode, selection, inputs, selects }: Learning): Promise<TestImpact> {
  const total = knownTests(selection);
  if (mode === "select" && !selection.all)
    return { mode, selected: selection.tests.length + selection.testFiles.length, total };
  const all: TestImpact = { mode, selected: total, total, ...(selection.all ? { why: selection.why } : {}) };
  const isWhole = (result.status === "passed" || result.status === "failed") && !result.cached;
  if (!isWhole) return all;
  const impact = mode === "shadow" ? await shadowOf(inputs, { selection, tests: result.tests }) : all;
  const problem = await record(result, { inputs, selects });
  return problem === undefined ? impact : { ...impact, why: problem };
}

function knownTests({ map }: ImpactSelection): number {
  return map === undefined ? 0 : new Set([...map.tests, ...map.always]).size;
}

async function record(
  { coverage, tests, testInputs }: CheckResult,
  { inputs, selects }: { inputs: ImpactInputs; selects: Checker["selectsTests"] },
): Promise<string | undefined> {
  if (selects === "files")
    return testInputs === undefined
      ? "the tool did not tell which sources its tests load; Vitest does since version 3.2, Node where each test file has a process of its own and there is no global set-up"
      : recordInputs(inputs, { testInputs, tests });
  const problem = await recordImpact(inputs, { ran: linesRun(coverage), tests });
  return problem && `${problem}; the check needs a "coverage" file and contexts: true`;
}

/** What a coverage report says of tests. */
function* linesRun(report: CoverageReport | undefined): Generator<Ran> {
  for (const { file, tests } of report?.files ?? []) if (tests !== undefined) yield* linesOfFile(file, tests);
}

function* linesOfFile(file: string, { names, byLine, shared = [] }: LineTests): Generator<Ran> {
  for (const line of shared) yield { file, line, test: "", setUp: false };
  for (const [line, indexes] of byLine)
    for (const index of indexes) yield { file, line, test: names[index] ?? "", setUp: false };
}

function inWords({ mode, selected, total, why, missed, tally }: TestImpact): string {
  if (mode === "select") return why === undefined ? `${selected} of ${total} tests needed` : `all tests: ${why}`;
  const chosen =
    why === undefined ? `would have run ${selected} of ${total} tests` : `would have run all tests: ${why}`;
  const rate =
    tally === undefined ? "" : `; ${tally.missed} of ${tally.failures} failures missed in ${tally.runs} runs`;
  return `shadow: ${chosen}${missed === undefined || missed.length === 0 ? "" : `, and missed ${missed.join(", ")}`}${rate}`;
}
