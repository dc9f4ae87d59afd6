import { appendFileSync, rmSync } from "node:fs";
import type { Mutation } from "./mutable-workspace.ts";

/** What configuration, links and arguments name beyond the files that count, and the tools' configuration above the workspace. */
export const OUTSIDE_MUTATIONS: readonly Mutation[] = [
  {
    part: "outside",
    name: "a file that configuration extends, in the workspace",
    missing: "biome",
    change: (w) => appendFileSync(w.path("project/config/strict.json"), " "),
  },
  {
    part: "outside",
    name: "a file that configuration extends, outside",
    missing: "ruff",
    change: (w) => w.write("shared/ruff.toml", 'extend = "deeper.toml"\nline-length = 90\n'),
  },
  {
    part: "outside",
    name: "a file that the extended one extends",
    missing: "ruff",
    change: (w) => w.write("shared/deeper.toml", "indent-width = 2\n"),
  },
  {
    part: "outside",
    name: "configuration above the workspace, new",
    missing: "ruff",
    change: (w) => w.write("ruff.toml", "line-length = 70\n"),
  },
  {
    part: "outside",
    name: "configuration above the workspace, changed",
    missing: "ruff",
    change: (w) => w.write("ruff.toml", "line-length = 71\n"),
  },
  {
    part: "outside",
    name: "configuration above the workspace, gone",
    missing: "ruff",
    change: (w) => {
      rmSync(w.path("ruff.toml"));
      w.write("project/late.py", "late = 1\n");
    },
  },
  {
    part: "outside",
    name: ".editorconfig above the workspace",
    missing: "biome",
    change: (w) => w.write(".editorconfig", "root = true\n"),
  },
  {
    part: "outside",
    name: "package.json above the workspace",
    missing: "biome",
    change: (w) => w.write("package.json", '{ "type": "module" }\n'),
  },
  {
    part: "outside",
    name: "the user's configuration, new",
    missing: "ruff",
    change: (w) => w.inHome(".config/ruff/ruff.toml", "line-length = 60\n"),
  },
  {
    part: "outside",
    name: "the user's configuration, changed",
    missing: "ruff",
    change: (w) => w.inHome(".config/ruff/ruff.toml", "line-length = 61\n"),
  },
  {
    part: "outside",
    name: "the user's ignored files",
    missing: "ruff",
    change: (w) => w.inHome(".config/git/ignore", "*.tmp\n"),
  },
  {
    part: "outside",
    name: "the repository's own ignored files",
    missing: "ruff",
    change: (w) => w.write("project/.git/info/exclude", "*.bak\n"),
  },
  {
    part: "outside",
    name: "what a link leads to",
    missing: "ruff",
    change: (w) => w.write("shared/linked.txt", "changed\n"),
  },
  {
    part: "outside",
    name: "a file in a folder that a link leads to",
    missing: "ruff",
    change: (w) => w.write("shared/folder/inside.txt", "changed\n"),
  },
  {
    part: "outside",
    name: "an ignored file that an argument names",
    missing: "ruff",
    change: (w) => w.configure("args: [--config, local/extra.toml]"),
  },
  {
    part: "outside",
    name: "its content",
    missing: "ruff",
    change: (w) => w.write("project/local/extra.toml", "[lint]\nselect = ['E']\n"),
  },
];
