import { chmodSync, cpSync, renameSync } from "node:fs";
import type { Mutation } from "./mutable-workspace.ts";

/** The tool itself and what is installed beside it. */
export const TOOL_MUTATIONS: readonly Mutation[] = [
  {
    part: "installed",
    name: "npm's record of what is installed",
    missing: "biome",
    change: (w) => w.write("project/node_modules/.package-lock.json", '{ "packages": { "a": {} } }\n'),
  },
  {
    part: "installed",
    name: "npm's record above the workspace",
    missing: "biome",
    change: (w) => w.write("node_modules/.package-lock.json", "{}\n"),
  },
  {
    part: "installed",
    name: "a Python package of another version",
    missing: "ruff",
    change: (w) =>
      renameSync(
        w.path("project/.venv/lib/python3.11/site-packages/plugin-1.0.dist-info"),
        w.path("project/.venv/lib/python3.11/site-packages/plugin-1.1.dist-info"),
      ),
  },
  {
    part: "installed",
    name: "a Python package of the same version, other content",
    missing: "ruff",
    change: (w) =>
      w.write("project/.venv/lib/python3.11/site-packages/plugin-1.1.dist-info/RECORD", "plugin.py,sha256=2,1\n"),
  },
  {
    part: "installed",
    name: "a library that is installed editable",
    missing: "ruff",
    change: (w) => w.write("library/library.py", "value = 2\n"),
  },
  {
    part: "tool",
    name: "the tool's file, with its time and size kept",
    missing: "ruff",
    change: (w) => {
      const file = w.path("project/.venv/bin/ruff");
      cpSync(file, `${file}.new`, { preserveTimestamps: true });
      renameSync(`${file}.new`, file);
    },
  },
  {
    part: "tool",
    name: "another version of the tool",
    missing: "ruff",
    change: (w) => {
      const file = w.path("project/.venv/bin/ruff");
      renameSync(file, `${file}-real`);
      w.write(
        "project/.venv/bin/ruff",
        `#!/bin/sh\n[ "$1" = --version ] && echo "ruff 99.0" || exec "${file}-real" "$@"\n`,
      );
      chmodSync(file, 0o755);
    },
  },
];

/** What a tool is asked, and the variables that it sees. */
export const QUESTION_MUTATIONS: readonly Mutation[] = [
  { part: "check", name: "arguments", missing: "ruff", change: (w) => w.configure("args: [--preview]") },
  { part: "check", name: "files that are left out", missing: "ruff", change: (w) => w.configure("exclude: [zzz.py]") },
  {
    part: "scope",
    name: "which files are in scope",
    missing: "ruff",
    change: (w) => w.write("project/more.py", "m = 1\n"),
  },
  {
    part: "environment",
    name: "a variable that the check names",
    missing: "ruff",
    change: (w) => (w.env["TEAM_SETTING"] = "2"),
  },
  { part: "environment", name: "the language", missing: "ruff", change: (w) => (w.env["LANG"] = "de_DE.UTF-8") },
  {
    part: "environment",
    name: "where Python looks for modules",
    missing: "ruff",
    change: (w) => (w.env["PYTHONPATH"] = "/elsewhere"),
  },
  {
    part: "environment",
    name: "where programs are looked for",
    missing: "ruff",
    change: (w) => (w.env["PATH"] = `${w.env["PATH"]}:/elsewhere`),
  },
];
