import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { TASK_STATUSES } from "../../core/task.ts";
import { makeWorkspace, type TestWorkspace } from "../testing/workspace.ts";
import { forcedIds, recordAt, setNotedStatuses } from "./record-edit.ts";
import type { ForcedDone } from "./task-record.ts";

let made: TestWorkspace | undefined;
afterEach(async () => made?.dispose());

const AT = "2026-01-01T00:00:00.000Z";
const forced = (reason: string): ForcedDone => ({ at: AT, by: "me", reason, verdict: "failed", overruled: ["g"] });
const evidence = {
  runId: "r",
  tree: "t",
  dirty: false,
  verdict: "passed" as const,
  at: AT,
  by: "me",
  required: {},
  gates: [],
};

test("others' metadata and every word that was forced stay, whatever statuses come", async () => {
  const others = { jira: "K-1", nested: { a: [1, 2] }, trigate: { requires: { stages: ["test"] }, ours: "later" } };
  const action = fc.oneof(
    fc.record({ status: fc.constantFrom(...TASK_STATUSES) }),
    fc.record({ status: fc.constant("done" as const), forced: fc.string({ minLength: 1 }) }),
    fc.record({ status: fc.constant("done" as const), proven: fc.constant(true) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 8 }), async (actions) => {
      const workspace = await makeWorkspace({
        master: {
          tasks: [
            { id: 1, title: "One", metadata: others },
            { id: 2, title: "Two", metadata: others },
          ],
        },
      });
      const store = workspace.store();
      const before = workspace.readTasks();
      const words: string[] = [];
      for (const each of actions) {
        const reason = "forced" in each ? each.forced : undefined;
        if (reason !== undefined) words.push(reason);
        const note = {
          ...(reason === undefined ? {} : { forced: forced(reason) }),
          ...("proven" in each ? { evidence } : {}),
        };
        await store.change(undefined, (where) =>
          setNotedStatuses(where, { ids: ["1"], status: each.status, commit: "c", notes: new Map([["1", note]]) }),
        );
      }
      const record = await store.look(undefined, (where) => recordAt(where, "1"));
      expect((record.forced ?? []).map(({ reason }) => reason)).toEqual(words);
      expect(await store.look(undefined, forcedIds)).toEqual(words.length > 0 ? ["1"] : []);
      const last = actions.at(-1);
      if (last?.status !== "done") expect(record).not.toHaveProperty("evidence.runId");
      if (last?.status !== "done") expect(record).not.toHaveProperty("times.finishedAt");
      const after = workspace.readTasks();
      expect(JSON.parse(after).master.tasks[0].metadata).toMatchObject(others);
      // The other task is byte for byte what it was.
      const ofTwo = (text: string) => text.slice(text.indexOf('"id": 2'));
      expect(ofTwo(after)).toBe(ofTwo(before));
      await workspace.dispose();
    }),
    { numRuns: 25 },
  );
});

test.each([
  ["metadata", "mine"],
  ["metadata", { trigate: [1] }],
])("%s that is no object is not replaced", async (key, value) => {
  made = await makeWorkspace({ master: { tasks: [{ id: 1, title: "One", [key]: value }] } });
  const before = made.readTasks();
  const change = made
    .store()
    .change(undefined, (where) => setNotedStatuses(where, { ids: ["1"], status: "in-progress", commit: undefined }));
  await expect(change).rejects.toMatchObject({ code: "tasks/invalid" });
  expect(made.readTasks()).toBe(before);
});
