import { writeFileSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";
import { z } from "zod";
import { screenshot } from "./window.ts";

const Environment = z.object({
  /** Which stories this window tells, in order, separated by commas. */
  TRIGATE_E2E_STORIES: z.string(),
  /** Where the counts go. */
  TRIGATE_E2E_RESULT: z.string(),
});

/** Called by the extension host. Rejects when a story failed, which ends the window with exit code 1. */
export async function run(): Promise<void> {
  const { TRIGATE_E2E_STORIES, TRIGATE_E2E_RESULT } = Environment.parse(process.env);
  // Later stories of a window build on earlier ones, so the first failure ends it: what follows would only mislead.
  const mocha = new Mocha({
    ui: "bdd",
    color: false,
    timeout: 180_000,
    bail: true,
    forbidOnly: true,
    forbidPending: true,
  });
  mocha.rootHooks({
    async afterEach(this: Mocha.Context) {
      if (this.currentTest?.state === "failed") await screenshot("failed");
    },
  });
  for (const story of TRIGATE_E2E_STORIES.split(",")) mocha.addFile(join(__dirname, "stories", `${story}.js`));
  const counts = await new Promise<Mocha.Stats | undefined>((resolve) => {
    const runner = mocha.run(() => resolve(runner.stats));
  });
  const { passes = 0, failures = 0 } = counts ?? {};
  writeFileSync(TRIGATE_E2E_RESULT, JSON.stringify({ passed: passes, failed: failures }));
  if (failures > 0 || passes === 0) throw new Error(`${failures} of ${passes + failures} stories failed`);
}
