import type { ResolvedConfig } from "./config/resolved.ts";
import type { History } from "./history/history.ts";
import { systemClock } from "./platform/clock.ts";
import { randomShare } from "./platform/random-share.ts";
import { userName } from "./platform/user-name.ts";
import type { RunService } from "./runs/run-service.ts";
import { CommitSync } from "./tasks/proof/commit-sync.ts";
import { openStatuses } from "./tasks/proof/open-statuses.ts";
import { StatusHook } from "./tasks/proof/status-hook.ts";
import { TaskFinisher } from "./tasks/proof/task-finisher.ts";
import { TaskProof } from "./tasks/proof/task-proof.ts";
import type { TaskStatuses } from "./tasks/proof/task-statuses.ts";
import type { TaskStore } from "./tasks/task-store.ts";
import type { Repository } from "./vcs/repository.ts";
import { readTaskCommits } from "./vcs/task-commits.ts";

export interface ComposeProofOptions {
  readonly root: string;
  readonly stateFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly agentVersion: string;
  readonly store: TaskStore;
  readonly runs: RunService;
  readonly repository: () => Promise<Repository>;
  readonly history: () => Promise<History>;
  readonly config: () => Promise<ResolvedConfig>;
}

/** What proves tasks, writes their statuses and tells of them. */
export interface ProofServices {
  readonly statuses: TaskStatuses;
  readonly hook: StatusHook;
  readonly finisher: TaskFinisher;
  readonly sync: CommitSync;
}

export function createProofServices(options: ComposeProofOptions): ProofServices {
  const { root, stateFolder, env, store, repository, config } = options;
  const configured = async () => (await config()).tasks.statusHook;
  const hook = new StatusHook({ stateFolder, env, clock: systemClock, random: randomShare, configured });
  const statuses = openStatuses({ root, store, hook: async () => hook });
  const proof = new TaskProof(options);
  const known = { root, clock: systemClock, store, statuses, proof, repository, config, by: actorOf(env) };
  const commits = (range: string) => readTaskCommits(root, range, env);
  return { statuses, hook, finisher: new TaskFinisher(known), sync: new CommitSync({ ...known, commits }) };
}

/** Who is at work: Claude Code, or a person as the CI system or the machine calls them. */
function actorOf(env: ComposeProofOptions["env"]): string {
  // Set in every command that Claude Code starts.
  if (env["CLAUDECODE"] === "1") return "Claude Code";
  const names = ["GITHUB_ACTOR", "GITLAB_USER_LOGIN", "USER", "LOGNAME", "USERNAME"];
  return names.map((name) => env[name]?.trim()).find((value) => value) ?? userName() ?? "unknown";
}
