import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { confine, exists, isExecutable, readTextIfThere, toWorkspacePath, writeAtomically } from "./files.ts";
import { stateFolderOf, stateHome } from "./state-folder.ts";
import { isTrusted, trust } from "./trust.ts";

const coded = (code: string) => expect.objectContaining({ code });
let folder = "";
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "trigate-files-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const at = (...parts: string[]) => join(folder, ...parts);

describe("writeAtomically", () => {
  test("makes folders, replaces content and leaves nothing else behind", async () => {
    await writeAtomically(at("a", "b.txt"), "one");
    await writeAtomically(at("a", "b.txt"), "two", { durable: true, mode: 0o600 });
    expect(readFileSync(at("a", "b.txt"), "utf8")).toBe("two");
    expect(statSync(at("a", "b.txt")).mode & 0o777).toBe(0o600);
    expect(readdirSync(at("a"))).toEqual(["b.txt"]);
  });

  test("a reader never sees a part", async () => {
    const contents = ["a".repeat(300_000), "b".repeat(300_000)];
    await writeAtomically(at("file"), "a".repeat(300_000));
    const seen = new Set<string>();
    const writing = Promise.all(
      Array.from({ length: 30 }, (_, index) => writeAtomically(at("file"), contents[index % 2] ?? "")),
    );
    const state = { over: false };
    void writing.finally(() => {
      state.over = true;
    });
    while (!state.over) seen.add((await readTextIfThere(at("file"))) ?? "nothing");
    await writing;
    expect([...seen].filter((text) => !contents.includes(text))).toEqual([]);
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  test("a failure leaves the old content and no temporary file", async () => {
    mkdirSync(at("target", "inside"), { recursive: true });
    await expect(writeAtomically(at("target"), "text")).rejects.toThrow(/EISDIR|EEXIST|ENOTEMPTY/);
    expect(readdirSync(folder)).toEqual(["target"]);
  });

  test("a temporary file that a killed process with the same number left is no hindrance", async () => {
    for (let number = 0; number < 2000; number++) writeFileSync(at(`file.${process.pid}-${number}.tmp`), "left over");
    await writeAtomically(at("file"), "text");
    expect(readFileSync(at("file"), "utf8")).toBe("text");
    expect(readdirSync(folder)).toHaveLength(2001);
  });
});

describe("looking", () => {
  test("tells nothing there from something", async () => {
    writeFileSync(at("file"), "text");
    expect([
      await readTextIfThere(at("file")),
      await readTextIfThere(at("none")),
      await readTextIfThere(at("file", "below")),
    ]).toEqual(["text", undefined, undefined]);
    expect([await exists(at("file")), await exists(at("none"))]).toEqual([true, false]);
    await expect(readTextIfThere(folder)).rejects.toThrow(coded("EISDIR"));
  });

  test("a program is a file that may be executed", async () => {
    writeFileSync(at("file"), "");
    expect([await isExecutable(at("file")), await isExecutable(folder), await isExecutable(at("none"))]).toEqual([
      false,
      false,
      false,
    ]);
    chmodSync(at("file"), 0o755);
    expect(await isExecutable(at("file"))).toBe(true);
  });
});

describe("paths of the workspace", () => {
  test.each([
    ["a/b.ts", "a/b.ts"],
    ["/repo/a/b.ts", "a/b.ts"],
    ["/repo", ""],
    [".", ""],
    ["a/../b", "b"],
    ["..a/b", "..a/b"],
    ["..", undefined],
    ["../repo2/x", undefined],
    ["/repo2/x", undefined],
    ["a/../../x", undefined],
  ])("%j is %j", (path, inside) => expect(toWorkspacePath("/repo", path)).toBe(inside));

  test("whatever is given, the answer stays inside", () => {
    const parts = fc.array(fc.constantFrom("..", ".", "a", "repo", "", "...", "..a"), { maxLength: 6 });
    fc.assert(
      fc.property(parts, fc.boolean(), (names, absolute) => {
        const inside = toWorkspacePath("/repo/root", (absolute ? "/" : "") + names.join("/"));
        if (inside !== undefined) expect(inside).not.toMatch(/^\/|(^|\/)\.\.(\/|$)/);
      }),
    );
  });

  test("links that lead outside are refused, links inside are not", async () => {
    mkdirSync(at("root", "real"), { recursive: true });
    mkdirSync(at("outside"));
    symlinkSync(at("outside"), at("root", "out"));
    symlinkSync(at("root", "real"), at("root", "in"));
    const root = at("root");
    expect(await confine(root, "in/new.txt")).toBe(at("root", "in", "new.txt"));
    await expect(confine(root, "out/new.txt")).rejects.toThrow(coded("platform/path-outside"));
    await expect(confine(root, "../outside")).rejects.toThrow(coded("platform/path-outside"));
    symlinkSync(root, at("alias"));
    expect(await confine(at("alias"), "real/x")).toBe(at("alias", "real", "x"));
  });
});

describe("the state folder", () => {
  test("is the user's own, private, and one for each workspace", () => {
    const env = { TRIGATE_STATE_DIR: at("state") };
    const folders = ["/repo", "/other/repo", "/repo/ö b"].map((root) => stateFolderOf(root, env));
    expect(new Set(folders).size).toBe(3);
    expect(stateFolderOf("/repo", env)).toBe(folders[0]);
    for (const made of folders) expect(statSync(made).mode & 0o777).toBe(0o700);
  });

  test.runIf(process.platform === "linux")("lies where the system keeps state, whatever the current folder", () => {
    expect(stateHome({ XDG_STATE_HOME: "/xdg" })).toBe("/xdg/trigate");
    expect(stateHome({})).toMatch(/\/\.local\/state\/trigate$/);
    expect(stateHome({ TRIGATE_STATE_DIR: "state" })).toBe(join(process.cwd(), "state"));
  });

  test("that cannot be made is an error that says so", () => {
    writeFileSync(at("file"), "");
    expect(() => stateFolderOf("/repo", { TRIGATE_STATE_DIR: at("file") })).toThrow(coded("state/unwritable"));
  });

  test("holds the user's trust, which no other workspace shares", async () => {
    const env = { TRIGATE_STATE_DIR: at("state") };
    const [one, other] = [stateFolderOf("/one", env), stateFolderOf("/other", env)];
    expect(await isTrusted(one)).toBe(false);
    await trust(one, new Date(0));
    expect([await isTrusted(one), await isTrusted(other), existsSync(join(one, "trusted"))]).toEqual([
      true,
      false,
      true,
    ]);
  });
});
