import { expect, test } from "vitest";
import { joinInstallCommands } from "./install-commands.ts";

test.each([
  { commands: [], joined: [] },
  {
    commands: ["pip install ruff", "pip install pytest pytest-cov", "pip install ruff"],
    joined: ["pip install ruff pytest pytest-cov"],
  },
  {
    commands: ["npm install --save-dev --save-exact prettier", "pip install black", "npm install --save-dev eslint"],
    joined: ["pip install black", "npm install --save-dev prettier eslint"],
  },
  {
    commands: ["curl -L https://foundry.paradigm.xyz | bash && foundryup", "pip install a && b"],
    joined: ["curl -L https://foundry.paradigm.xyz | bash && foundryup", "pip install a && b"],
  },
])("$commands", ({ commands, joined }) => expect(joinInstallCommands(commands)).toEqual(joined));
