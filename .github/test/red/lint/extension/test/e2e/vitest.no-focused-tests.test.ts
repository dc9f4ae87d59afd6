import assert from "node:assert/strict";

describe.only("a window", () => {
  it("opens", () => {
    assert.equal(1, 1);
  });
});
