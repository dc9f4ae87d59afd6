import type { Run } from "../core/run.ts";
import { TrigateError } from "../errors/trigate-error.ts";
import { compareRuns, differingPaths, requestOf } from "../runs/replay.ts";
import type { RunRequest, RunService } from "../runs/run-service.ts";
import type { Repository, Snapshot } from "../vcs/repository.ts";
import { EXIT } from "./exit-codes.ts";
import type { Services } from "./services.ts";

const MOST_PATHS = 20;

/**
 * `trigate run --replay ID`: asks the tools the question of a recorded run again and compares. What was judged has to be
 * there; otherwise it says in which files what is there differs. `latest` is the newest run of the whole workspace.
 */
export async function replay(
  services: Services,
  id: string,
  judge: (runs: RunService, request: RunRequest) => Promise<Run | undefined>,
): Promise<number> {
  const runs = services.runs();
  const recorded = await (id === "latest" ? runs.latest() : runs.byId(id));
  if (recorded === undefined) throw new TrigateError("run/not-found", { runId: id });
  const repository = await services.repository();
  const snapshot = await repository.snapshot();
  if (recorded.scope.kind !== "staged" && recorded.tree !== snapshot.tree) {
    await sayWhatDiffers(recorded, { repository, snapshot });
    return EXIT.errored;
  }
  const replayed = await judge(runs, requestOf(recorded));
  if (replayed === undefined) return EXIT.interrupted;
  return sayComparison(recorded, replayed) ? EXIT.passed : EXIT.failed;
}

interface Present {
  readonly repository: Repository;
  readonly snapshot: Snapshot;
}

async function sayWhatDiffers({ id, tree, commit, dirty }: Run, { repository, snapshot }: Present): Promise<void> {
  console.log(`cannot be replayed here: ${id} judged other content`);
  if (tree === undefined) console.log("  it changed while it was judged");
  else if (commit === undefined || dirty) console.log("  it was never committed as it was judged");
  else {
    const differing = differingPaths(await repository.snapshotAt(commit), snapshot);
    for (const path of differing.slice(0, MOST_PATHS)) console.log(`  differs: ${path}`);
    if (differing.length > MOST_PATHS) console.log(`  and ${differing.length - MOST_PATHS} more`);
    console.log(`  "git switch --detach ${commit.slice(0, 12)}" brings it back`);
  }
}

/** Whether the tools answered the same. */
function sayComparison(recorded: Run, replayed: Run): boolean {
  const { circumstances, answers } = compareRuns(recorded, replayed);
  for (const line of circumstances) console.log(`asked otherwise: ${line}`);
  for (const line of answers) console.log(`answered otherwise: ${line}`);
  console.log(
    answers.length === 0
      ? `${recorded.id} replayed: the same verdict (${replayed.verdict.outcome}), the same findings and tests`
      : `${recorded.id} replayed: ${answers.length} ${answers.length === 1 ? "difference" : "differences"}`,
  );
  return answers.length === 0;
}
