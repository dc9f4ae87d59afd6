import assert from "node:assert/strict";
import { describe, it } from "node:test";

describe("a plan", () => {
  it("is waited for by node:test", async () => {
    await Promise.resolve();
    assert.deepEqual(JSON.parse("1"), 1);
  });
});
