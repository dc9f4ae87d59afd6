import { expect, test } from "vitest";
import { sampleRun } from "../core/testing/samples.ts";
import { makeScratchFolder, readTextIfThere, removeFolder } from "../platform/files.ts";
import { appendStepSummary, withoutWorkflowCommands } from "./github-actions.ts";

const ACTIONS = { GITHUB_ACTIONS: "true" };

test("in a log of GitHub Actions, text of tools is no command", () => {
  const text = "  ::set-output name=a::b\n";
  expect(withoutWorkflowCommands(text, { env: ACTIONS, token: "t" })).toBe(`::stop-commands::t\n${text}::t::\n`);
  expect(withoutWorkflowCommands("no end ::", { env: ACTIONS, token: "t" })).toBe(
    "::stop-commands::t\nno end ::\n::t::\n",
  );
});

test("elsewhere, and without any, the text stays as it is", () => {
  expect(withoutWorkflowCommands("::a::b", { env: {}, token: "t" })).toBe("::a::b");
  expect(withoutWorkflowCommands("plain\n", { env: ACTIONS, token: "t" })).toBe("plain\n");
});

test("the step's summary is added to what other steps wrote", async () => {
  const folder = await makeScratchFolder();
  const file = `${folder}/summary.md`;
  try {
    const env = { ...ACTIONS, GITHUB_STEP_SUMMARY: file };
    await appendStepSummary(sampleRun(), env);
    await appendStepSummary(sampleRun(), env);
    expect((await readTextIfThere(file))?.match(/### ✅ Trigate: passed/g)).toHaveLength(2);
    await appendStepSummary(sampleRun(), { GITHUB_STEP_SUMMARY: `${folder}/other` });
    expect(await readTextIfThere(`${folder}/other`)).toBeUndefined();
  } finally {
    await removeFolder(folder);
  }
});
