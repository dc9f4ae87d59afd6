import { describe, expect, test } from "vitest";
import { checkResult, finding } from "../testing/fake-runs.ts";
import { FindingsBoard } from "./findings-board.ts";

const NO_VERSIONS = new Map<string, number>();
const save = (file: string, order: number, versions: ReadonlyMap<string, number> = NO_VERSIONS) => ({
  file,
  order,
  versions,
});
const at = (file: string, id = file) => finding({ id, file });
const idsOf = (board: FindingsBoard, file: string) => board.of(file).map((placed) => placed.finding.id);

describe("checks of single files", () => {
  const single = (file: string, ...ids: string[]) =>
    checkResult({ filesInScope: [file], findings: ids.map((id) => at(file, id)) });

  test("each save replaces what was known of its file, and of no other", () => {
    const board = new FindingsBoard();
    expect(board.apply(single("a", "a1", "a2"), save("a", 1))).toEqual(new Set(["a"]));
    expect(board.apply(single("b", "b1"), save("b", 2))).toEqual(new Set(["b"]));
    expect(board.apply(single("a", "a3"), save("a", 3))).toEqual(new Set(["a"]));
    expect([idsOf(board, "a"), idsOf(board, "b")]).toEqual([["a3"], ["b1"]]);
  });

  test("a file that was clean and stays clean needs no telling", () => {
    expect(new FindingsBoard().apply(single("a"), save("a", 1))).toEqual(new Set());
  });

  test("findings of several checks are kept apart", () => {
    const board = new FindingsBoard();
    board.apply(single("a", "lint"), save("a", 1));
    board.apply({ ...single("a", "types"), id: "tsc" }, save("a", 1));
    expect(board.apply(single("a"), save("a", 2))).toEqual(new Set(["a"]));
    expect(idsOf(board, "a")).toEqual(["types"]);
  });

  test("an older result never replaces a newer one", () => {
    const board = new FindingsBoard();
    board.apply(single("a", "new"), save("a", 2));
    expect(board.apply(single("a", "old"), save("a", 1))).toEqual(new Set());
    expect(idsOf(board, "a")).toEqual(["new"]);
  });

  test.each([
    ["errored", "tool-failed", ["a1"]],
    ["skipped", "optional-tool-missing", ["a1"]],
    ["skipped", "nothing-in-scope", []],
  ] as const)("a check that is %s (%s) leaves %j", (status, reason, left) => {
    const board = new FindingsBoard();
    board.apply(single("a", "a1"), save("a", 1));
    board.apply(checkResult({ status, reason, filesInScope: [] }), save("a", 2));
    expect(idsOf(board, "a")).toEqual(left);
  });

  test("a forgotten file is empty", () => {
    const board = new FindingsBoard();
    board.apply(single("a", "a1"), save("a", 1));
    expect([board.forget("a"), board.forget("a"), idsOf(board, "a")]).toEqual([true, false, []]);
  });
});

describe("checks of the whole project", () => {
  const whole = (...files: string[]) =>
    checkResult({ id: "tsc", filesInScope: ["a", "b", "c"], findings: files.map((file) => at(file)) });

  test("each result replaces all of the check's findings, whichever file was saved", () => {
    const board = new FindingsBoard();
    expect(board.apply(whole("a", "b"), save("a", 1))).toEqual(new Set(["a", "b"]));
    expect(board.apply(whole("c"), save("b", 2))).toEqual(new Set(["a", "b", "c"]));
    expect(["a", "b", "c"].map((file) => idsOf(board, file))).toEqual([[], [], ["c"]]);
    expect(board.apply(whole(), save("a", 3))).toEqual(new Set(["c"]));
  });

  test("a check that names another file is one, even if its scope did not say so", () => {
    const board = new FindingsBoard();
    const quiet = (...files: string[]) =>
      checkResult({ id: "x", filesInScope: ["a"], findings: files.map((file) => at(file)) });
    board.apply(quiet("b"), save("a", 1));
    expect(board.apply(quiet(), save("a", 2))).toEqual(new Set(["b"]));
  });

  test("a result of an older save is dropped", () => {
    const board = new FindingsBoard();
    board.apply(whole("b"), save("b", 2));
    expect(board.apply(whole("a"), save("a", 1))).toEqual(new Set());
    expect([idsOf(board, "a"), idsOf(board, "b")]).toEqual([[], ["b"]]);
  });

  test("findings of no file are not shown at one", () => {
    expect(new FindingsBoard().apply(whole(""), save("a", 1))).toEqual(new Set());
  });

  test("each finding keeps the version of its document", () => {
    const board = new FindingsBoard();
    board.apply(whole("a", "b"), save("a", 1, new Map([["a", 7]])));
    expect([board.of("a")[0]?.version, board.of("b")[0]?.version]).toEqual([7, undefined]);
  });

  test("an answer about the saved file alone leaves the other files as they are", () => {
    const board = new FindingsBoard();
    board.apply(whole("a", "b"), save("a", 1));
    const alone = checkResult({ id: "tsc", filesInScope: ["a"], findings: [at("a", "new"), at("c")] });
    const { id } = whole();
    expect(board.apply({ ...alone, id }, save("a", 2), false)).toEqual(new Set(["a"]));
    expect(["a", "b", "c"].map((file) => idsOf(board, file))).toEqual([["new"], ["b"], []]);
  });
});

test("what was set aside is not shown", () => {
  const board = new FindingsBoard();
  const aside = { ...at("a", "old"), suppressed: { kind: "baseline" as const, reason: "inherited" } };
  board.apply(checkResult({ filesInScope: ["a"], findings: [aside, at("a", "new")] }), save("a", 1));
  expect(idsOf(board, "a")).toEqual(["new"]);
});
