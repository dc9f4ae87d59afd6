import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { moduleReporter } from "../../../agent/src/checkers/test/vitest/module-reporter.ts";
import { readTestInputs } from "../../../agent/src/checkers/test/vitest/test-inputs.ts";
import { readTextIfThere, toWorkspacePath } from "../../../agent/src/platform/files.ts";
import { recordInputs } from "../../../agent/src/runs/test-impact.ts";
import { scripts, unpacked } from "./scripts.mjs";

/** Puts the sources into the work folder; gives the globs of the tests and what is mutated. */
function prepare({ what, repository, work }) {
  if (what === "zod") {
    const { version } = JSON.parse(readFileSync(join(repository, "node_modules/zod/package.json"), "utf8"));
    const root = unpacked(`zod@${version}`, work);
    // The tests name the package as its users do; here the name has to lead to its sources.
    const parts = ["v4-mini", "v4/core", "v4/mini", "v4/locales", "v4"].map((part) => [
      `zod/${part}`,
      `${part}/index.ts`,
    ]);
    const names = [...parts, ["zod/mini", "v4/mini/index.ts"], ["zod", "index.ts"]];
    return {
      root,
      name: `zod ${version}`,
      mutated: /^src\/v4\/(core|mini)\/(?!tests\/).*\.ts$/,
      include: ["core", "mini"].map((part) => `src/v4/${part}/tests/**/*.test.ts`),
      alias: names.map(([find, path]) => ({ find, replacement: join(root, "src", path) })),
    };
  }
  const root = join(work, "package");
  mkdirSync(root);
  cpSync(join(repository, "agent", "src"), join(root, "src"), { recursive: true });
  const folders = what.split(",");
  return {
    root,
    name: folders.map((folder) => `agent/src/${folder}`).join(", "),
    mutated: new RegExp(`^src/(${folders.join("|")})/(?!.*(test\\.ts$|testing/|testdata/)).*\\.ts$`),
    include: folders.map((folder) => `src/${folder}/**/*.test.ts`),
    alias: [],
  };
}

/** zod, or folders of the agent, by what Vitest says of the modules that each test file loads. */
export function vitestSubject({ what, repository, work, timeoutMs }) {
  const { root, name, mutated, include, alias } = prepare({ what, repository, work });
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"));
  const config = `const exact = ({ find, replacement }) => ({ find: new RegExp("^" + find + "$"), replacement });
export default { resolve: { alias: ${JSON.stringify(alias)}.map(exact) }, test: { include: ${JSON.stringify(include)} } };
`;
  writeFileSync(join(root, "vitest.config.mjs"), config);

  /** Test files that failed, relative to the root. */
  function failures(...more) {
    const report = join(work, "report.json");
    rmSync(report, { force: true });
    const program = join(repository, "node_modules", "vitest", "vitest.mjs");
    spawnSync(process.execPath, [program, "run", "--reporter=json", `--outputFile.json=${report}`, ...more], {
      cwd: root,
      stdio: "ignore",
      timeout: timeoutMs,
      killSignal: "SIGKILL",
    });
    try {
      const { testResults } = JSON.parse(readFileSync(report, "utf8"));
      return new Set(testResults.filter(({ status }) => status === "failed").map((each) => relative(root, each.name)));
    } catch (error) {
      if (error.code === "ENOENT") return undefined;
      throw error;
    }
  }

  // Without a fresh world for each file they are several times as fast; what was broken before was so either way.
  const quickly = () => failures("--no-isolate", "--pool=threads");
  return {
    ...scripts(mutated),
    name,
    root,
    failures: quickly,
    async record(inputs) {
      const modules = join(work, "modules.json");
      const reporter = join(work, "module-reporter.mjs");
      writeFileSync(reporter, moduleReporter(modules));
      const broken = failures(`--reporter=${reporter}`)?.union(quickly() ?? new Set());
      const testInputs = await readTestInputs(readFileSync(modules, "utf8"), {
        placed: (path) => toWorkspacePath(root, path),
        textOf: (path) => readTextIfThere(join(root, path)),
      });
      if (testInputs === undefined) return { broken, problem: "Vitest told nothing of its modules" };
      return { broken, problem: await recordInputs(inputs(), { testInputs, tests: [] }) };
    },
  };
}
