import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ObservedFiles } from "../../platform/observed-files.ts";
import { linkTargets } from "./link-targets.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "trigate-links-")));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("a folder that links to other content counts with all of it, one of installed packages by their records alone", () => {
  const project = join(root, "project");
  for (const folder of ["project/web", "shared", "installed/package"])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, "shared/rules.txt"), "rules");
  writeFileSync(join(root, "installed/package/index.js"), "code");
  symlinkSync("../shared", join(project, "shared"));
  symlinkSync("../installed", join(project, "node_modules"));
  symlinkSync("../../installed", join(project, "web/node_modules"));
  const observed = new ObservedFiles();
  const links = ["node_modules", "shared", "web/node_modules"];
  const found = [...linkTargets({ root: project, links, paths: new Set(links), observed, inScope: undefined })];
  expect(found.map(({ link }) => link)).toEqual(["./shared"]);
  expect(observed.watched.some((path) => path.endsWith("index.js"))).toBe(false);
});
