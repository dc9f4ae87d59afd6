import { readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { RunReport } from "../protocol/index.ts";
import { GitFolder } from "../vcs/testing/git-folder.ts";
import { main } from "./main.ts";

const repository = join(import.meta.dirname, "..", "..", "..");
const WORD = ["trigate", "ignore"].join("-");
const CONFIG = "version: 1\nchecks:\n  oxlint: {}\n";
const RULES = JSON.stringify({
  categories: { correctness: "off" },
  rules: { "no-var": "error", "no-debugger": "error" },
});

let folder: GitFolder;
let home = { cwd: "", env: process.env, exitCode: process.exitCode };
beforeEach(() => {
  home = { cwd: process.cwd(), env: process.env, exitCode: process.exitCode };
  folder = new GitFolder();
  const { CI: _ci, ...env } = process.env;
  process.env = { ...env, TRIGATE_STATE_DIR: `${folder.root}-state`, NO_COLOR: "1" };
  process.chdir(folder.root);
  symlinkSync(join(repository, "node_modules"), folder.path("node_modules"));
  for (const [file, text] of Object.entries({ ".gitignore": "node_modules\n", ".oxlintrc.json": RULES }))
    folder.write(file, text);
});
afterEach(() => {
  process.chdir(home.cwd);
  process.env = home.env;
  process.exitCode = home.exitCode;
  rmSync(`${folder.root}-state`, { recursive: true, force: true });
  folder.remove();
});

async function trigate(...argv: string[]): Promise<{ exitCode: typeof process.exitCode; out: string; err: string }> {
  const printed = { out: "", err: "" };
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation((text) => ((printed.out += String(text)), true)),
    vi.spyOn(process.stderr, "write").mockImplementation((text) => ((printed.err += String(text)), true)),
    vi.spyOn(console, "log").mockImplementation((text) => void (printed.out += `${String(text)}\n`)),
    vi.spyOn(console, "error").mockImplementation((text) => void (printed.err += `${String(text)}\n`)),
  ];
  process.exitCode = 0;
  try {
    await main(argv);
    return { exitCode: process.exitCode, ...printed };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** What a run says: its exit code, and each finding with what takes it out of the count. */
async function judged(...argv: string[]) {
  const { exitCode, out, err } = await trigate("run", "--trust", "--json", ...argv);
  if (out === "") throw new Error(err);
  const report = RunReport.parse(JSON.parse(out));
  const findings = report.findings.map(
    ({ check, file, range, rule, suppressed }) =>
      `${file}:${range?.start.line ?? "-"} ${check === "suppressions" ? rule : "found"} ${suppressed?.kind ?? "counts"}`,
  );
  const messages = report.stages.flatMap(({ checks }) =>
    checks.map(({ id, status, message }) => `${id} ${status}: ${message}`),
  );
  return { exitCode, findings: findings.toSorted(), messages };
}
const entries = () => readFileSync(folder.path("trigate-baseline.jsonl"), "utf8").split("\n").filter(Boolean);

describe("the baseline", () => {
  test("takes inherited findings out of the count, wherever they move, and only ever shrinks by itself", async () => {
    folder.write("trigate.yaml", CONFIG);
    folder.write("old.js", "var a = 1;\nvar b = 2;\nexport { a, b };\n");
    folder.commit("debt");
    expect((await judged()).exitCode).toBe(1);

    expect(await trigate("baseline", "create", "--trust")).toMatchObject({ exitCode: 0 });
    expect(entries().length).toBe(2);
    const inherited = await judged();
    expect(inherited).toMatchObject({ exitCode: 0, findings: ["old.js:1 found baseline", "old.js:2 found baseline"] });
    expect(inherited.messages[0]).toMatch(/^oxlint passed: .*; 2 inherited$/);
    expect((await trigate("baseline", "create")).exitCode).toBe(2);

    folder.git("mv", "old.js", "moved.js");
    folder.write("moved.js", "\n\nvar a=1\n\nvar c = 3;\nexport { a, c };\n");
    expect(await judged()).toMatchObject({
      exitCode: 1,
      findings: ["moved.js:3 found baseline", "moved.js:5 found counts"],
      messages: [
        expect.stringMatching(/^oxlint failed: 1 finding; 1 inherited$/),
        expect.stringContaining("1 of trigate-baseline.jsonl fixed"),
      ],
    });

    const { out } = await trigate("baseline", "prune", "--json");
    expect(JSON.parse(out)).toMatchObject({ entries: 1, added: 0, fixed: 1, new: 1, unknown: [] });
    expect(entries()[0]).toContain('"file":"old.js"');
    await trigate("baseline", "update");
    expect(entries()).toEqual([expect.stringContaining('"file":"moved.js"')]);
    await trigate("baseline", "update", "--accept-new");
    expect((await judged()).exitCode).toBe(0);
    expect((await trigate("baseline", "show")).out).toMatch(
      /2 {2}oxlint\/\S*no-var\S* in 1 file\n2 inherited findings/,
    );
  });

  test("that a merge left half done stops the run, and can be made anew", async () => {
    folder.write("trigate.yaml", CONFIG);
    folder.write("a.js", "var a = 1;\nexport { a };\n");
    folder.write("trigate-baseline.jsonl", "<<<<<<< HEAD\n");
    const { exitCode, err } = await trigate("run", "--trust");
    expect([exitCode, err]).toEqual([2, expect.stringMatching(/line 1: an unfinished merge/)]);
    expect((await trigate("baseline", "update")).exitCode).toBe(2);
    expect((await trigate("baseline", "update", "--accept-new")).exitCode).toBe(0);
    expect((await judged()).exitCode).toBe(0);
  });

  test("keeps the entries of a check that cannot look, and says so", async () => {
    folder.write("trigate.yaml", CONFIG);
    folder.write("a.js", "var a = 1;\nexport { a };\n");
    await trigate("baseline", "create", "--trust");
    folder.write(".oxlintrc.json", "{ broken");
    const { exitCode, out } = await trigate("baseline", "update", "--json");
    expect([exitCode, JSON.parse(out)]).toMatchObject([3, { entries: 1, fixed: 0, unknown: ["oxlint"] }]);
    expect(entries().length).toBe(1);
  });
});

describe("suppressions", () => {
  test("need a reason, may end, and are told of when they are of no use", async () => {
    folder.write(
      "trigate.yaml",
      `${CONFIG}suppressions:
  - { check: oxlint, rule: "*no-debugger*", files: ["tools/**"], reason: "a tool for people who debug" }
  - { check: oxlint, rule: never-there, reason: "nobody knows" }
  - { check: oxlint, files: ["b.js"], reason: "over", expires: "2020-01-31" }
`,
    );
    folder.write("tools/a.js", "debugger;\n");
    folder.write("b.js", "debugger;\n");
    folder.write(
      "c.js",
      [
        `// ${WORD} oxlint/*no-var*: kept for the old interpreter until 2999-12-31`,
        "var a = 1;",
        `var b = 1; // ${WORD} oxlint: also kept`,
        `var c = 1; // ${WORD} oxlint`,
        `var d = 1; // ${WORD} oxlint: it was kept until 2020-01-31`,
        `export { a, b, c, d }; // ${WORD} oxlint: of no use`,
        `// ${WORD} nothing: no such check`,
        "",
      ].join("\n"),
    );
    const { exitCode, findings, messages } = await judged();
    expect(exitCode).toBe(1);
    expect(findings).toEqual([
      "b.js:1 found counts",
      "c.js:2 found inline",
      "c.js:3 found inline",
      "c.js:4 found counts",
      "c.js:4 invalid counts",
      "c.js:5 expired counts",
      "c.js:5 found counts",
      "c.js:6 unused counts",
      "c.js:7 invalid counts",
      "tools/a.js:1 found rule",
      "trigate.yaml:- expired counts",
      "trigate.yaml:- unused counts",
    ]);
    expect(messages).toEqual([
      expect.stringMatching(/^oxlint failed: 3 findings; 3 suppressed$/),
      "suppressions failed: 4 suppress nothing, 2 of no use",
    ]);
  });

  test.each([
    ["- { check: oxlint }", /suppressions\.0\.reason/],
    ['- { check: oxlint, reason: " " }', /say why/],
    ["- { check: oxlint, reason: r, expires: soon }", /a day such as/],
    ["- { check: none, reason: r }", /there is no check "none"/],
  ])("that are wrong are a fault of the file: %s", async (entry, complaint) => {
    folder.write("trigate.yaml", `${CONFIG}suppressions:\n  ${entry}\n`);
    const { exitCode, err } = await trigate("run", "--trust");
    expect([exitCode, err]).toEqual([2, expect.stringMatching(complaint)]);
  });
});

describe("only what is new", () => {
  const many = (lines: readonly string[]) => `${lines.join("\n")}\nexport {};\n`;
  beforeEach(() => {
    folder.write("trigate.yaml", CONFIG);
    folder.write("a.js", many(["var a = 1;", "let b = 2;", "let c = 3;"]));
    folder.write("b.js", many(["var z = 1;"]));
    folder.commit("first");
    folder.git("checkout", "-q", "-b", "work");
  });

  test("--changed counts what lies on changed lines; a renamed file keeps its old lines", async () => {
    folder.git("mv", "a.js", "renamed.js");
    folder.write("renamed.js", many(["var a = 1;", "let b = 2;", "var c = 4;"]));
    expect(await judged("--changed")).toMatchObject({
      exitCode: 1,
      findings: ["renamed.js:1 found unchanged-line", "renamed.js:3 found counts"],
    });
    folder.write("trigate.yaml", `${CONFIG}newOnly: files\n`);
    expect((await judged("--changed")).findings).toEqual(["renamed.js:1 found counts", "renamed.js:3 found counts"]);
  });

  test("with newOnly: base, what a change breaks on another line counts", async () => {
    folder.write("trigate.yaml", `${CONFIG}newOnly: base\n`);
    folder.write(".oxlintrc.json", JSON.stringify({ rules: { "no-var": "error", "no-unused-vars": "error" } }));
    folder.write("a.js", "import { b } from './b.js';\nvar a = 1;\nconsole.log(a, b);\n");
    folder.commit("with a use");
    folder.git("branch", "-f", "main", "HEAD");
    folder.write("a.js", "import { b } from './b.js';\nvar a = 1;\nconsole.log(a);\n");
    expect((await judged("--changed")).findings).toEqual(["a.js:1 found counts", "a.js:2 found unchanged-line"]);
    folder.write("trigate.yaml", CONFIG);
    expect((await judged("--changed")).findings).toEqual([
      "a.js:1 found unchanged-line",
      "a.js:2 found unchanged-line",
    ]);
  });

  test("--staged judges what would be committed, and touches nothing", async () => {
    folder.write("a.js", many(["var a = 1;", "let b = 2;", "var staged = 3;"]));
    folder.git("add", "a.js");
    folder.write("a.js", many(["let a = 1;", "debugger;", "let mended = 3;"]));
    folder.write("untracked.js", "debugger;\n");
    const before = [folder.git("status", "--porcelain"), readFileSync(folder.path("a.js"), "utf8")];
    expect(await judged("--staged")).toMatchObject({
      exitCode: 1,
      findings: ["a.js:1 found unchanged-line", "a.js:3 found counts"],
    });
    expect([folder.git("status", "--porcelain"), readFileSync(folder.path("a.js"), "utf8")]).toEqual(before);
    expect((await trigate("run", "--staged", "--fix")).err).toContain("fixes of the one do not fit the other");
    folder.git("add", "a.js");
    expect((await judged("--staged")).findings).toEqual(["a.js:2 found counts"]);
  });
});
