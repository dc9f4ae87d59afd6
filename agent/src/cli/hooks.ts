import { Command } from "commander";
import {
  type GitHooksParts,
  type HookState,
  hookStates,
  installHooks,
  uninstallHooks,
} from "../runs/adopt/git-hooks.ts";
import { askProgram } from "../runs/adopt/ask-program.ts";
import type { Services } from "./services.ts";
import { requireTrust } from "./trust.ts";

/** `trigate hooks`: Trigate as git's pre-commit and pre-push hooks. */
export function hooksCommand(services: () => Promise<Services>): Command {
  const command = new Command("hooks").description("judge before each commit and each push, as hooks of git");
  command
    .command("install")
    .description("let git ask Trigate before each commit (what is staged) and each push (what changed)")
    .option("--chain", "keep a hook that is there and call it first")
    .option("--trust", "trust this workspace: its configuration decides which programs run")
    .option("--json", "print JSON")
    .addHelpText("after", SKIPPING)
    .action(async (options: { chain?: true; trust?: true; json?: true }) => {
      const opened = await services();
      // A hook cannot ask, so the question comes here; a faulty configuration would stop every commit.
      await requireTrust(opened, options.trust === true);
      await opened.config();
      print(await installHooks(hooksParts(opened), { chain: options.chain === true }), options.json);
    });
  command
    .command("uninstall")
    .description("take them away, and put back what was there before")
    .option("--json", "print JSON")
    .action(async ({ json }: { json?: true }) => print(await uninstallHooks(hooksParts(await services())), json));
  command
    .command("status")
    .description("say who holds git's hooks here")
    .option("--json", "print JSON")
    .action(async ({ json }: { json?: true }) => print(await hookStates(hooksParts(await services())), json));
  return command;
}

const SKIPPING = `
pre-commit judges the static stage over what is staged, pre-push the static and test stages over what changed.
To leave a hook out once: git commit --no-verify, or SKIP=trigate git commit.

Example:
  trigate hooks install --trust`;

export function hooksParts({ root, env, processes }: Services): GitHooksParts {
  const git = (args: readonly string[]) => askProgram(["git", ...args], { root, env, processes });
  return { root, git, self: [process.execPath, process.argv[1] ?? ""] };
}

function print(states: readonly HookState[], json: true | undefined): void {
  if (json) console.log(JSON.stringify({ hooks: states }, null, 2));
  else for (const { hook, holder, keeps } of states) console.log(`${hook.padEnd(10)} ${words(holder, keeps)}`);
}

function words(holder: HookState["holder"], keeps: boolean): string {
  if (holder === "none") return "not installed";
  if (holder === "trigate") return keeps ? "trigate, after the hook that was there before" : "trigate";
  return holder === "another" ? "a hook of somebody else" : `managed by ${holder}`;
}
