import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createServices } from "../compose.ts";
import type { Run } from "../core/run.ts";
import { isLfsPointer, onlyPointers } from "../core/lfs-pointer.ts";
import { readCoverage } from "../coverage/read-coverage.ts";
import { withoutPointers } from "./lfs-pointers.ts";
import { plannedCheck, resolvedCheck, snapshotOf } from "./testing/planned.ts";

const repository = join(import.meta.dirname, "..", "..", "..");
const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${"4d".repeat(32)}\nsize 12345\n`;

let root = "";
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "trigate-lfs-")));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
}

async function runOf(files: Readonly<Record<string, string>>): Promise<Run> {
  write(files);
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"));
  writeFileSync(join(root, ".gitignore"), "node_modules\nstate\n");
  execFileSync("git", ["init", "-q"], { cwd: root });
  execFileSync("git", ["add", "-A"], { cwd: root });
  const env = { PATH: process.env["PATH"], HOME: root, TRIGATE_STATE_DIR: join(root, "state") };
  const services = await createServices({ cwd: root, env });
  try {
    const request = { paths: [], stages: [], checks: [], changed: false, staged: false, base: undefined };
    const flags = { noCache: false, fix: false, failFast: false };
    return await services.runs().start({ ...request, ...flags }, () => undefined).finished;
  } finally {
    await services.close();
  }
}

const checkOf = (run: Run) => run.stages.flatMap(({ checks }) => checks)[0];
const BIOME = { "trigate.yaml": "version: 1\nchecks:\n  biome: {}\n", ".gitattributes": "*.json filter=lfs -text\n" };

describe("a run over pointers of Git LFS", () => {
  test("does not hand them to the tool, and says which and how to get the content", async () => {
    const run = await runOf({ ...BIOME, "data/a.json": POINTER, "b.json": '{ "a": 1 }\n' });
    expect(run.verdict.outcome).toBe("passed");
    expect(checkOf(run)?.filesInScope).toEqual(["b.json"]);
    expect(checkOf(run)?.findings).toMatchObject([
      {
        rule: "lfs-pointer",
        severity: "info",
        message: expect.stringMatching(/^not looked at: data\/a\.json is .*git lfs pull$/),
      },
    ]);
  });

  test("is errored where there is nothing else to look at", async () => {
    const run = await runOf({ ...BIOME, "a.json": POINTER });
    expect(checkOf(run)).toMatchObject({ status: "errored", reason: "no-evidence" });
    expect(checkOf(run)?.message).toContain("git lfs pull");
    expect(run.verdict.outcome).toBe("errored");
  });

  test("is errored where a check reads one as its data", async () => {
    const run = await runOf({
      "trigate.yaml": "version: 1\nchecks:\n  osv-audit: { source: snapshot, snapshot: known.json }\n",
      "requirements.txt": "attrs==23.1.0\n",
      "known.json": POINTER,
    });
    expect(checkOf(run)).toMatchObject({
      status: "errored",
      message: expect.stringMatching(/^known\.json is only a pointer.*git lfs pull/),
    });
  });
});

test.each([
  { attributes: "*.bin filter=lfs", meant: ["a.bin", "x/b.bin"] },
  { attributes: "x/*.bin filter=lfs diff=lfs", meant: ["x/b.bin"] },
  { attributes: "/a.bin -text filter=lfs", meant: ["a.bin"] },
  { attributes: '"x/b.*" filter=lfs\n*.md text', meant: ["x/b.bin"] },
  { attributes: "x/** filter=lfs", meant: ["x/b.bin"] },
  { attributes: "# *.bin filter=lfs\n*.bin filter=other", meant: [] },
])("$attributes", async ({ attributes, meant }) => {
  const files = { "a.bin": POINTER, "x/b.bin": POINTER, "c.bin": "content\n", "empty.bin": "" };
  write({ ...files, ".gitattributes": attributes });
  const snapshot = snapshotOf({ ...files, "gone.bin": "", ".gitattributes": attributes });
  const asked = plannedCheck({ check: resolvedCheck("own"), files: [...Object.keys(files), "gone.bin"] });
  const [planned] = await withoutPointers([asked], { root, snapshot });
  expect(planned?.pointers ?? []).toEqual(meant);
  expect(planned?.files).toEqual(asked.files.filter((file) => !meant.includes(file)));
  expect(planned?.check.cache).toBe(meant.length > 0 ? "never" : "content");
});

test("a coverage report that is only a pointer is said to be one", async () => {
  const { problems } = await readCoverage(POINTER, async () => undefined);
  expect(problems).toEqual([expect.stringContaining("git lfs pull")]);
});

test("a text that speaks of pointers is none", () => {
  expect(isLfsPointer(POINTER)).toBe(true);
  expect(isLfsPointer(`# ${POINTER}`)).toBe(false);
  expect(isLfsPointer(POINTER + "x".repeat(2000))).toBe(false);
  expect(onlyPointers(["a", "b", "c", "d", "e", "f", "g"])).toMatch(/^a, b, c, d, e and 2 more are/);
});
