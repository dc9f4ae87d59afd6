import { expect, test } from "vitest";
import { excludedTools } from "./excluded-tools.ts";

const having =
  (...installed: readonly string[]) =>
  (extension: string) =>
    installed.includes(extension);

test.each([
  { name: "nothing is left out without the setting", setting: [], installed: ["dbaeumer.vscode-eslint"], tools: [] },
  {
    name: "auto leaves out what installed extensions show",
    setting: ["auto"],
    installed: ["dbaeumer.vscode-eslint", "charliermarsh.ruff"],
    tools: ["eslint", "ruff", "ruff-format"],
  },
  { name: "auto without such an extension", setting: ["auto"], installed: ["esbenp.prettier-vscode"], tools: [] },
  {
    name: "names are taken as they are, each once",
    setting: ["biome", "auto", " tsc "],
    installed: ["biomejs.biome"],
    tools: ["biome", "tsc"],
  },
])("$name", ({ setting, installed, tools }) => {
  expect(excludedTools(setting, having(...installed))).toEqual(tools);
});
