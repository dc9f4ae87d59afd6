import type { Command } from "commander";
import { plainText } from "../../report/plain-text.ts";
import type { StoredLetter } from "../../tasks/proof/outbox.ts";
import type { Delivery } from "../../tasks/proof/status-hook.ts";
import { EXIT } from "../exit-codes.ts";
import { requireTrust } from "../trust.ts";
import { type Common, type Open, print, subcommand } from "./task-subcommand.ts";

const PATIENCE_MS = 60_000;

/** `trigate tasks hook`: the news that the status hook has still to be told. */
export function addHook(parent: Command, open: Open): void {
  interface HookOptions extends Common {
    readonly list?: true;
    readonly retry?: true;
    readonly trust?: true;
  }
  subcommand(parent, "hook", "trigate tasks hook --retry")
    .description("what the status hook has still to be told; sends it where it can be sent")
    .option("--list", "show what waits and what was given up, and send nothing")
    .option("--retry", "also send what was given up")
    .option("--trust", "trust this workspace: its configuration says where statuses are sent")
    .action(async ({ json, list, retry, trust }: HookOptions) => {
      const services = await open();
      if (list !== true) await requireTrust(services, trust === true);
      const { hook } = await services.proof();
      if (list !== true && retry === true) await hook.takeUp();
      const delivery = list === true ? undefined : await hook.send({ patienceMs: PATIENCE_MS });
      const { pending, givenUp } = await hook.letters();
      const state = { delivery, pending, givenUp };
      print(json, stateValue(state), () => stateText(state));
      const isLeft = pending.length + givenUp.length > 0;
      process.exitCode = list !== true && isLeft ? EXIT.errored : EXIT.passed;
    });
}

interface HookState {
  /** Absent where nothing was to be sent. */
  readonly delivery: Delivery | undefined;
  readonly pending: readonly StoredLetter[];
  readonly givenUp: readonly StoredLetter[];
}

function stateValue({ delivery, pending, givenUp }: HookState) {
  const problem = delivery?.problem;
  return {
    ...(delivery === undefined ? {} : { sent: delivery.sent }),
    ...(problem === undefined ? {} : { problem }),
    pending: pending.map(shown),
    givenUp: givenUp.map(shown),
  };
}

function stateText({ delivery, pending, givenUp }: HookState): string {
  const problem = delivery?.problem;
  return [
    ...(delivery === undefined ? [] : [`${delivery.sent} sent`]),
    ...pending.map((letter) => `waits     ${letterText(letter)}`),
    ...givenUp.map((letter) => `given up  ${letterText(letter)}`),
    ...(problem === undefined ? [] : [plainText(problem)]),
    ...(pending.length + givenUp.length === 0 ? ["nothing waits"] : []),
  ].join("\n");
}

function shown({ news, tries, problem }: StoredLetter) {
  return { news, tries, ...(problem === undefined ? {} : { problem }) };
}

function letterText({ news, tries, problem }: StoredLetter): string {
  const why = problem === undefined ? "" : `: ${problem}`;
  return plainText(`${news.at} task ${news.task.id} ${news.status} (${tries} tries${why})`);
}

/** Says on standard error what the status hook was not told. A status that was written stays written. */
export function warnOfDelivery(delivery: Delivery | undefined): void {
  if (delivery === undefined) return;
  const { pending, givenUp, problem } = delivery;
  for (const { news, problem: why = "no reason" } of givenUp)
    console.error(
      `trigate: the status hook refused the news of task ${plainText(news.task.id)} (${plainText(why)}); it is kept: trigate tasks hook --list`,
    );
  if (pending === 0) return;
  const reason = problem === undefined ? "" : `: ${plainText(problem)}`;
  console.error(`trigate: the status hook was not told yet (${pending} waiting${reason}); it is tried again`);
}
