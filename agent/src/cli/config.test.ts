import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { main } from "./main.ts";

let root = "";
const home = { cwd: process.cwd(), exitCode: process.exitCode };
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "trigate-config-")));
  mkdirSync(join(root, ".git"));
  writeFileSync(
    join(root, "trigate.yaml"),
    "version: 1\nextends: trigate:cpp\nchecks:\n  ctest: { timeout: 2min }\n  lizard: null\n",
  );
  process.chdir(root);
  vi.stubEnv("TRIGATE_STATE_DIR", join(root, "state"));
});
afterEach(() => {
  process.chdir(home.cwd);
  process.exitCode = home.exitCode;
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

async function printed(...argv: readonly string[]): Promise<string> {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  await main(["config", ...argv]);
  const text = log.mock.calls.map(([line]) => String(line)).join("\n");
  log.mockRestore();
  return text;
}

test("prints YAML that says the same, with the origin of each value", async () => {
  const text = await printed();
  expect(text).toMatch(/^ {4}timeout: 2min +# .*trigate\.yaml:4/m);
  expect(text).toMatch(/^ {4}optional: true +# .*trigate:cpp:5/m);
  expect(parse(text)).toMatchObject({
    checks: { cppcheck: {}, "clang-format": { optional: true }, ctest: { timeout: "2min" } },
    gates: { static: { code_style: "100%" }, test: { duration: "< 5min" } },
  });
  expect(text).not.toContain("lizard");
});

test("--all adds the defaults of the checks, and --json has the same as data", async () => {
  expect(parse(await printed("--all"))).toMatchObject({ checks: { cppcheck: { timeout: "300s", optional: false } } });
  const { sources, settings } = z
    .object({ sources: z.array(z.string()), settings: z.array(z.looseObject({ path: z.array(z.string()) })) })
    .parse(JSON.parse(await printed("--json")));
  expect(sources).toEqual(["trigate:cpp", "trigate.yaml"]);
  expect(settings).toContainEqual({
    path: ["checks", "ctest", "timeout"],
    value: "2min",
    from: "trigate.yaml",
    line: 4,
  });
});
