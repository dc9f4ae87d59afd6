import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sha256 } from "../platform/files.ts";
import { openRepository } from "../vcs/open-repository.ts";
import { takeIn } from "./take-in.ts";

const REPORT = "out/report.json";
let root = "";

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "trigate-take-in-")));
  execFileSync("git", ["init", "-q"], { cwd: root });
  writeFileSync(join(root, ".gitignore"), "out\n");
  writeFileSync(join(root, "a.ts"), "export const a = 1;\n");
  mkdirSync(join(root, "out"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function produce(change: object = {}): Promise<void> {
  writeFileSync(join(root, REPORT), "{}");
  writeFileSync(join(root, "out/lcov.info"), "TN:\n");
  const tree = await (await openRepository(root, process.env)).treeId();
  const reports = { [REPORT]: sha256("{}"), "out/lcov.info": sha256("TN:\n") };
  const note = { version: 1, tree, exitCode: 0, durationMs: 1234, reports, ...change };
  writeFileSync(join(root, `${REPORT}.produced.json`), JSON.stringify(note));
}

async function take() {
  const repository = await openRepository(root, process.env);
  return takeIn(REPORT, { root, repository, snapshot: await repository.snapshot() });
}

describe("a report that another command made", () => {
  test("is taken when it is about exactly this content, with the time that it really took", async () => {
    await produce();
    expect(await take()).toEqual({ exitCode: 0, durationMs: 1234, report: join(root, REPORT) });
  });

  const spoilings: readonly { because: string; spoil: () => unknown }[] = [
    { because: "a source changed", spoil: () => writeFileSync(join(root, "a.ts"), "export const a = 2;\n") },
    { because: "a source was added", spoil: () => writeFileSync(join(root, "b.ts"), "") },
    { because: "the report changed", spoil: () => writeFileSync(join(root, REPORT), "[]") },
    { because: "a part of it changed", spoil: () => writeFileSync(join(root, "out/lcov.info"), "") },
    { because: "a part of it is gone", spoil: () => rmSync(join(root, "out/lcov.info")) },
    { because: "the note is gone", spoil: () => rmSync(join(root, `${REPORT}.produced.json`)) },
    { because: "the note is no JSON", spoil: () => writeFileSync(join(root, `${REPORT}.produced.json`), "{") },
    { because: "the note has another form", spoil: () => produce({ version: 2 }) },
    { because: "the note is about other reports", spoil: () => produce({ reports: {} }) },
    { because: "the repository carries it", spoil: () => execFileSync("git", ["add", "-f", REPORT], { cwd: root }) },
    {
      because: "the repository carries the note",
      spoil: () => execFileSync("git", ["add", "-f", `${REPORT}.produced.json`], { cwd: root }),
    },
  ];
  test.each(spoilings)("is not taken: $because", async ({ spoil }) => {
    await produce();
    await Promise.resolve(spoil());
    expect(await take()).toBeUndefined();
  });
});
