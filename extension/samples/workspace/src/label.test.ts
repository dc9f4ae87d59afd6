import { expect, test } from "vitest";
import { labelLines } from "./label.ts";

test("a label has the name, the destination and the price", () => {
  const parcel = { weightGrams: 900, destination: "inland" } as const;
  expect(labelLines(parcel, " Ada Byron ")).toEqual(["Ada Byron", "INLAND", "EUR 5.74"]);
});
