import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NodeToolFinder } from "./tool-finder.ts";

let root = "";

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "trigate-finder-")));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(path: string, content: string, mode = 0o755): Promise<string> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  await chmod(file, mode);
  return file;
}

const finder = (options: { cwd?: string; env?: Record<string, string> } = {}) =>
  new NodeToolFinder({ root, cwd: options.cwd ?? "", env: options.env ?? {} });
const SCRIPT = "#!/usr/bin/env node\n";
const PLATFORM = `${process.platform}-${process.arch}`;

describe("npm", () => {
  test("puts this Node before a script", async () => {
    await put("node_modules/lint/package.json", JSON.stringify({ bin: { lint: "bin/lint" } }));
    const script = await put("node_modules/lint/bin/lint", SCRIPT);
    expect(await finder().npm("lint")).toEqual([process.execPath, script]);
  });

  test("prefers the Node that the workspace pins", async () => {
    await put("node_modules/lint/package.json", JSON.stringify({ bin: "cli.mjs" }));
    const script = await put("node_modules/lint/cli.mjs", "", 0o644);
    const node = await put("node_modules/.bin/node", "");
    expect(await finder({ cwd: "packages/p" }).npm("lint")).toEqual([node, script]);
  });

  test("takes the nearest node_modules", async () => {
    await put("node_modules/lint/package.json", JSON.stringify({ bin: "cli.mjs" }));
    await put("node_modules/lint/cli.mjs", "");
    await put("packages/p/node_modules/lint/package.json", JSON.stringify({ bin: "near.mjs" }));
    const near = await put("packages/p/node_modules/lint/near.mjs", "");
    expect((await finder({ cwd: "packages/p" }).npm("lint"))?.at(-1)).toBe(near);
  });

  test("passes over the script for the program of this platform", async () => {
    await put(
      "node_modules/@x/fast/package.json",
      JSON.stringify({
        bin: { fast: "bin/fast" },
        optionalDependencies: { [`@x/cli-${PLATFORM}`]: "1", "@x/cli-other-cpu": "1" },
      }),
    );
    await put("node_modules/@x/fast/bin/fast", SCRIPT);
    const native = await put(`node_modules/@x/cli-${PLATFORM}/fast`, "native");
    expect(await finder().npm("@x/fast")).toEqual([native]);
  });

  test("keeps the script when the platform's package only has an add-on", async () => {
    await put(
      "node_modules/lint/package.json",
      JSON.stringify({ bin: { lint: "cli.js" }, optionalDependencies: { [`lint-${PLATFORM}`]: "1" } }),
    );
    const script = await put("node_modules/lint/cli.js", "");
    await put(`node_modules/lint-${PLATFORM}/lint.node`, "add-on");
    expect((await finder().npm("lint"))?.at(-1)).toBe(script);
  });

  test("follows the link of a package that was installed under another name", async () => {
    const script = await put("node_modules/alias/bin/tsc", SCRIPT);
    await put("node_modules/alias/package.json", JSON.stringify({ name: "typescript", bin: { tsc: "bin/tsc" } }));
    await mkdir(join(root, "node_modules/.bin"));
    await symlink("../alias/bin/tsc", join(root, "node_modules/.bin/tsc"));
    expect((await finder().npm("typescript", "tsc"))?.at(-1)).toBe(script);
  });

  test("finds nothing where a package or its file is missing", async () => {
    await put("node_modules/half/package.json", JSON.stringify({ bin: "gone.js" }));
    expect(await finder().npm("trigate-no-such-package")).toBeUndefined();
    expect(await finder().npm("half")).toBeUndefined();
  });
});

describe("python", () => {
  test("looks in .venv, venv, VIRTUAL_ENV, .tools/python and PATH, in that order", async () => {
    const places = [".venv/bin/ruff", "venv/bin/ruff", "active/bin/ruff", ".tools/python/bin/ruff", "path/ruff"];
    const files: string[] = [];
    for (const place of places) files.push(await put(place, ""));
    const env = { VIRTUAL_ENV: join(root, "active"), PATH: join(root, "path") };
    for (const file of files) {
      expect(await finder({ env }).python("ruff")).toEqual([file]);
      await rm(file);
    }
    expect(await finder({ env }).python("ruff")).toBeUndefined();
  });

  test("an environment of the check's own folder comes first", async () => {
    await put(".venv/bin/ruff", "");
    const near = await put("services/api/.venv/bin/ruff", "");
    expect(await finder({ cwd: "services/api" }).python("ruff")).toEqual([near]);
  });
});

describe("path", () => {
  test("tries names in order and takes only what can be started", async () => {
    await put("one/clang-tidy", "", 0o644);
    const second = await put("two/clang-tidy-19", "");
    const env = { PATH: [join(root, "one"), join(root, "two")].join(":") };
    expect(await finder({ env }).path("clang-tidy", "clang-tidy-19")).toEqual([second]);
    expect(await finder({ env }).path("nothing")).toBeUndefined();
  });
});
