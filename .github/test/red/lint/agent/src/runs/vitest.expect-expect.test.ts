import { test } from "vitest";

test("shows nothing", () => {
  Math.max(1, 2);
});
