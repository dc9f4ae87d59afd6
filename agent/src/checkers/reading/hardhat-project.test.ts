import { expect, test } from "vitest";
import type { CheckContext, ToolOutput } from "../checker.ts";
import { gasChecker } from "../performance/gas/adapter.ts";
import { fakeContext } from "../testing/fake-context.ts";
import { hardhatRun } from "./hardhat-project.ts";

const answer: ToolOutput = { exitCode: 0, stdout: "", stderr: "" };

/** A project in which each run notes when it begins and ends. */
function project(cwd: string, notes: string[], signal = new AbortController().signal) {
  const context: CheckContext = fakeContext(gasChecker, { options: { cwd } });
  const run: CheckContext["run"] = async ([name = ""]) => {
    notes.push(`${name} begins`);
    // Long enough for the others to begin too, if they may.
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    notes.push(`${name} ends`);
    return answer;
  };
  return hardhatRun({ ...context, run, signal });
}

test("runs of one project follow each other, whichever check they belong to", async () => {
  const notes: string[] = [];
  const cwd = `one-${process.pid}`;
  await Promise.all([project(cwd, notes)(["tests"]), project(cwd, notes)(["gas"])]);
  const [first = ""] = notes;
  const [name = ""] = first.split(" ");
  const other = name === "tests" ? "gas" : "tests";
  expect(notes).toEqual([`${name} begins`, `${name} ends`, `${other} begins`, `${other} ends`]);
});

test("runs of different projects do not wait", async () => {
  const notes: string[] = [];
  await Promise.all([project(`a-${process.pid}`, notes)(["a"]), project(`b-${process.pid}`, notes)(["b"])]);
  expect(notes.slice(0, 2).toSorted()).toEqual(["a begins", "b begins"]);
});

test("who is cancelled while waiting starts nothing", async () => {
  const notes: string[] = [];
  const cwd = `cancelled-${process.pid}`;
  const controller = new AbortController();
  const waiting = async () => {
    const second = project(cwd, notes, controller.signal)(["second"]);
    controller.abort(new Error("enough"));
    await expect(second).rejects.toThrow("enough");
  };
  const first = project(cwd, notes);
  const inside = first(["first"]);
  await waiting();
  await inside;
  expect(notes).toEqual(["first begins", "first ends"]);
});
