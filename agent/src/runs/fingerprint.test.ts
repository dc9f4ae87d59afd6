import { describe, expect, test } from "vitest";
import type { PlannedCheck } from "./plan.ts";
import { changedLinesOf, changedParts, type FingerprintInputs, fingerprintOf } from "./fingerprint.ts";
import { fakeChecker, plannedCheck, resolvedCheck, snapshotOf } from "./testing/planned.ts";

const files = { "a.ts": "1", "b.ts": "2", "lint.json": "3", ".gitignore": "4", "tools/check.mjs": "5" };
const plan = plannedCheck({ check: resolvedCheck("lint", { env: ["PG_URL"], settings: { typeAware: true } }) });
const inputs: FingerprintInputs = {
  root: "/repo",
  snapshot: snapshotOf(files),
  tool: { argv: ["/repo/bin/lint"], version: "1.0", identity: "/repo/bin/lint:1:2", content: () => "abc" },
  surrounding: { installed: "", outside: "" },
  env: { PATH: "/usr/bin", LANG: "C" },
  agentVersion: "1.0",
};
const key = (planned: PlannedCheck = plan, given: FingerprintInputs = inputs) => fingerprintOf(planned, given).key;
const settings = (different: Partial<PlannedCheck["check"]>) => ({ ...plan, check: { ...plan.check, ...different } });
const env = (different: Record<string, string>) => ({ ...inputs, env: { ...inputs.env, ...different } });
const content = (different: Record<string, string>) => ({
  ...inputs,
  snapshot: snapshotOf({ ...files, ...different }),
});

test("the same question has the same key", () => {
  const again = { ...plan, check: { ...plan.check, settings: { typeAware: true } } };
  expect(key(again, { ...inputs, snapshot: snapshotOf(files), env: { LANG: "C", PATH: "/usr/bin" } })).toBe(key());
});

describe("each input has a part in the key", () => {
  test.each<{ name: string; planned?: PlannedCheck; given?: FingerprintInputs; part: string }>([
    { name: "the agent's version", given: { ...inputs, agentVersion: "1.1" }, part: "agent" },
    { name: "the tool's file or version", given: { ...inputs, tool: { ...inputs.tool, identity: "x" } }, part: "tool" },
    { name: "the tool's version alone", given: { ...inputs, tool: { ...inputs.tool, version: "1.1" } }, part: "tool" },
    {
      name: "what is installed",
      given: { ...inputs, surrounding: { installed: "x", outside: "" } },
      part: "installed",
    },
    {
      name: "a file outside",
      given: { ...inputs, surrounding: { installed: "", outside: "~/.lintrc -1" } },
      part: "outside",
    },
    { name: "a file's content", given: content({ "a.ts": "changed" }), part: "inputs" },
    { name: "a file out of scope, which the tool may read", given: content({ "b.ts": "changed" }), part: "inputs" },
    { name: "a new file", given: content({ "c.ts": "" }), part: "inputs" },
    { name: "the files in scope", planned: { ...plan, files: ["a.ts", "b.ts"] }, part: "scope" },
    { name: "names of files that only read alike", planned: { ...plan, files: ["a.ts b.ts"] }, part: "scope" },
    { name: "whether the scope is a part", planned: { ...plan, partial: true }, part: "scope" },
    { name: "the id", planned: settings({ id: "other" }), part: "check" },
    { name: "the tool's id", planned: settings({ tool: "other" }), part: "check" },
    { name: "arguments", planned: settings({ args: ["--strict"] }), part: "check" },
    { name: "the command", planned: settings({ command: ["./lint"] }), part: "check" },
    { name: "the folder", planned: settings({ cwd: "web" }), part: "check" },
    { name: "the files asked for", planned: settings({ files: ["*.ts"] }), part: "check" },
    { name: "the files left out", planned: settings({ exclude: ["x"] }), part: "check" },
    { name: "the suite", planned: settings({ suite: "e2e" }), part: "check" },
    { name: "the report", planned: settings({ report: { junit: "x" } }), part: "check" },
    { name: "the coverage file", planned: settings({ coverage: "lcov.info" }), part: "check" },
    { name: "the tool's own settings", planned: settings({ settings: { typeAware: false } }), part: "check" },
    { name: "the variables that it may see", planned: settings({ env: ["PG_URL", "OTHER"] }), part: "check" },
    { name: "a variable that it names", given: env({ PG_URL: "postgres://other" }), part: "environment" },
    ...[
      "LANG",
      "LC_ALL",
      "LC_CTYPE",
      "TZ",
      "CI",
      "NODE_ENV",
      "NODE_OPTIONS",
      "PYTHONPATH",
      "VIRTUAL_ENV",
      "PYENV_VERSION",
      "XDG_CONFIG_HOME",
      "HOME",
      "JAVA_HOME",
      "HTTPS_PROXY",
      "PATH",
    ].map((name) => ({ name: `the variable ${name}`, given: env({ [name]: "/changed" }), part: "environment" })),
  ])("$name", ({ planned = plan, given = inputs, part }) => {
    const before = fingerprintOf(plan, inputs);
    const after = fingerprintOf(planned, given);
    expect(after.key).not.toBe(before.key);
    expect(changedParts(before.parts, after.parts)).toContain(part);
  });
});

describe("what cannot change the answer has none", () => {
  test.each<{ name: string; planned?: PlannedCheck; given?: FingerprintInputs }>([
    { name: "whether it blocks", planned: settings({ advisory: true }) },
    { name: "how long it may take", planned: settings({ timeoutMs: 1 }) },
    { name: "whether it may be missing", planned: settings({ optional: true }) },
    { name: "how often it is tried again", planned: settings({ retries: 2 }) },
    { name: "how much it may print", planned: settings({ maxOutputBytes: 1 }) },
    { name: "what it takes up", planned: settings({ resources: ["cpu-heavy"] }) },
    { name: "a variable that the tool does not see", given: env({ SECRET_TOKEN: "x" }) },
    { name: "where temporary files lie", given: env({ TMPDIR: "/elsewhere" }) },
    { name: "whether npm started it", given: env({ PATH: "/repo/node_modules/.bin:/usr/bin" }) },
    { name: "the commit", given: { ...inputs, snapshot: { ...inputs.snapshot, commit: "other", dirty: true } } },
  ])("$name", ({ planned, given }) => expect(key(planned, given)).toBe(key()));
});

describe("a tool that proves to read only the files in scope and its configuration", () => {
  const narrow = { ...plan, checker: fakeChecker({ inputs: "scope" }) };
  test.each([
    ["a.ts", true],
    ["lint.json", true],
    [".gitignore", true],
    ["b.ts", false],
  ])("a change of %s counts: %j", (file, counts) => {
    expect(key(narrow, content({ [file]: "changed" })) !== key(narrow)).toBe(counts);
  });

  test("with a command of the user's own counts everything, since nobody knows what that reads", () => {
    const own = { ...narrow, check: { ...narrow.check, command: ["node", "tools/check.mjs"] } };
    expect(key(own, content({ "tools/check.mjs": "changed" }))).not.toBe(key(own));
  });
});

describe("the key that machines share", () => {
  const there = {
    ...inputs,
    root: "/home/other/repo",
    tool: { ...inputs.tool, argv: ["/home/other/repo/bin/lint"], identity: "/home/other/repo/bin/lint:9:9" },
    env: { ...inputs.env, HOME: "/home/other", PYTHONPATH: "/home/other/repo/lib" },
  };
  const here = { ...inputs, env: { ...inputs.env, HOME: "/root", PYTHONPATH: "/repo/lib" } };
  const shared = (given: FingerprintInputs) => fingerprintOf(plan, given).portableKey;

  test("does not depend on where the workspace and the home folder lie, nor on when the tool was installed", () => {
    expect(shared(there)).toBe(shared(here));
    expect(key(plan, there)).not.toBe(key(plan, here));
  });

  test.each<{ name: string; given: FingerprintInputs }>([
    { name: "the tool's content", given: { ...here, tool: { ...here.tool, content: () => "other" } } },
    { name: "its version", given: { ...here, tool: { ...here.tool, version: "2" } } },
    { name: "a variable's value", given: { ...here, env: { ...here.env, LANG: "de" } } },
    { name: "a file", given: { ...here, snapshot: snapshotOf({ ...files, "a.ts": "2" }) } },
    { name: "what is installed", given: { ...here, surrounding: { installed: "2", outside: "" } } },
    { name: "Trigate", given: { ...here, agentVersion: "2" } },
  ])("depends on $name", ({ given }) => expect(shared(given)).not.toBe(shared(here)));
});

test("lines that differ are named, whether changed, new or gone", () => {
  expect(changedLinesOf("LANG 1\nTZ 2\nGONE 3", "LANG 1\nTZ 9\nNEW 4")).toEqual(["TZ", "GONE", "NEW"]);
  expect(changedLinesOf(undefined, "")).toEqual([]);
});
