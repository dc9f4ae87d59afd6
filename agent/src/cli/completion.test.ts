import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Argument, Command, Option } from "commander";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { COMPILED_SOURCES } from "../server/testing/test-daemon.ts";
import { candidatesFor } from "./completion-candidates.ts";

const AGENT = join(import.meta.dirname, "main.ts");

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "trigate-complete-"));
  writeFileSync(join(folder, "trigate.yaml"), "version: 1\nchecks:\n  biome: {}\n  black: {}\n  ruff: {}\n");
  const program = join(folder, "trigate");
  const script = `import(${JSON.stringify(AGENT)}).then(({ main }) => main(process.argv.slice(1)))`;
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' --input-type=module -e '${script}' -- "$@"\n`);
  chmodSync(program, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function sample(): Command {
  const program = new Command("trigate").option("-V, --version");
  program
    .command("run")
    .argument("[paths...]")
    .option("--check <id>")
    .option("--changed")
    .addOption(new Option("--format <format>").choices(["json", "html"]))
    .addOption(new Option("--secret").hideHelp());
  program
    .command("import")
    .addArgument(new Argument("<kind>").choices(["pre-commit", "lefthook"]))
    .argument("[file]");
  const cache = program.command("cache");
  cache.command("clear");
  cache.command("status");
  program.command("serve", { hidden: true });
  return program;
}

test.each([
  { words: [""], found: ["cache", "help", "import", "run"] },
  { words: ["r"], found: ["run"] },
  { words: ["run", "--"], found: ["--changed", "--check", "--format", "--help"] },
  { words: ["run", "--c"], found: ["--changed", "--check"] },
  { words: ["run", "--format", ""], found: ["html", "json"] },
  { words: ["run", "--check", "b"], found: ["biome", "black"] },
  { words: ["run", "--changed", "--check", ""], found: ["biome", "black", "ruff"] },
  { words: ["run", "src/"], found: [] },
  { words: ["import", ""], found: ["lefthook", "pre-commit"] },
  { words: ["import", "lefthook", ""], found: [] },
  { words: ["cache", "s"], found: ["status"] },
  { words: ["no-such", ""], found: [] },
  { words: [], found: ["cache", "help", "import", "run"] },
])("$words", async ({ words, found }) => {
  expect(await candidatesFor(sample(), words, async () => ["biome", "black", "ruff"])).toEqual(found);
});

const isThere = (shell: string) => spawnSync(shell, ["-c", "exit 0"]).status === 0;

describe("in a real shell", () => {
  const env = () => ({
    ...COMPILED_SOURCES,
    ...process.env,
    PATH: `${folder}:${process.env["PATH"]}`,
    TRIGATE_STATE_DIR: join(folder, "state"),
  });
  const inShell = (shell: string, args: readonly string[], script: string) =>
    spawnSync(shell, [...args, "-c", script], { cwd: folder, env: env(), encoding: "utf8" });

  test.runIf(isThere("bash"))("bash completes by its script, and leaves files to itself", () => {
    const ask = (...words: string[]) =>
      `COMP_WORDS=(trigate ${words.join(" ")}); COMP_CWORD=${words.length}; _trigate; echo "[\${COMPREPLY[*]}]"`;
    const { stdout, stderr } = inShell(
      "bash",
      ["--norc"],
      `eval "$(trigate completion bash)"; ${ask("run", "--check", "bl")}; ${ask("run", "src/no")}; complete -p trigate`,
    );
    expect({ stdout, stderr }).toEqual({
      stdout: "[black]\n[]\ncomplete -o bashdefault -o default -F _trigate trigate\n",
      stderr: "",
    });
  });

  test.runIf(isThere("zsh"))("zsh reads its script", () => {
    const { status, stderr } = inShell(
      "zsh",
      ["-f"],
      'autoload -U compinit; compinit -D; eval "$(trigate completion zsh)"; whence _trigate',
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test.runIf(isThere("fish"))("fish completes by its script", () => {
    const { stdout } = inShell(
      "fish",
      ["--no-config"],
      "trigate completion fish | source; complete -C 'trigate run --check bl'",
    );
    expect(stdout).toContain("black");
  });

  test("PowerShell, which leaves out empty words, says when the last one is over", () => {
    const { stdout } = inShell("sh", [], "trigate completion candidates --next -- run --check");
    expect(stdout).toBe("biome\nblack\nruff\n");
  });
});
