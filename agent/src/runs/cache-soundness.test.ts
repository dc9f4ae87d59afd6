import { expect, test } from "vitest";
import { tryMutations } from "./testing/key-mutations.ts";
import { MutableWorkspace } from "./testing/mutable-workspace.ts";

test("no part of the key may change and still have the old answer, and nothing else takes the answer away", async () => {
  const workspace = new MutableWorkspace();
  try {
    const results = await tryMutations(workspace);
    expect(results.filter(({ isRight }) => !isRight).map(({ mutation }) => mutation.name)).toEqual([]);
    expect(results.filter(({ hitAfterwards }) => !hitAfterwards).map(({ mutation }) => mutation.name)).toEqual([]);
  } finally {
    workspace.remove();
  }
}, 120_000);
