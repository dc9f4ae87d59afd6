import { Command, Option } from "commander";
import { agentVersion } from "../../version.ts";
import { EXIT } from "../exit-codes.ts";
import { writeReport } from "../write-report.ts";
import { coverageJson, coverageText } from "./coverage-text.ts";

/** Where the workspace lies; looked for only when one of the commands runs. */
type Open = () => Promise<{ readonly root: string }>;

const FORMATS = ["lcov", "cobertura", "json"] as const;
type Format = (typeof FORMATS)[number];

/** Lines of a pipe are as long as this. */
const WIDTH_WITHOUT_TERMINAL = 120;

/** `trigate coverage`: reads coverage reports of any known format. A report that is broken ends it with exit code 3. */
export function coverageCommand(open: Open): Command {
  const coverage = new Command("coverage")
    .description(
      "read coverage reports: LCOV, Cobertura, Clover, JaCoCo, coverage.py, Istanbul, V8, gcov, Go, llvm-cov",
    )
    .exitOverride();
  addShow(coverage, open);
  addMerge(coverage, open);
  return coverage;
}

function addShow(parent: Command, open: Open): void {
  parent
    .command("show")
    .description("show what reports say, added up, and which of their files have no place in the workspace")
    .argument("<report...>", "reports, packed or not, or folders of them")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  trigate coverage show coverage/lcov.info build/coverage.xml")
    .action(async (paths: readonly string[], { json }: { json?: true }) => {
      const read = await readHere(paths, open);
      console.log(
        json
          ? JSON.stringify(coverageJson(read), null, 2)
          : coverageText(read, process.stdout.columns ?? WIDTH_WITHOUT_TERMINAL),
      );
    });
}

function addMerge(parent: Command, open: Open): void {
  parent
    .command("merge")
    .description("write one report that says what all of the given ones say, with paths of the workspace")
    .argument("<report...>", "reports, packed or not, or folders of them")
    .addOption(new Option("--format <format>", "the form of the new report").choices(FORMATS).default("lcov"))
    .option("-o, --output <file>", "where it goes; default: standard output")
    .addHelpText(
      "after",
      "\nExample:\n  trigate coverage merge --format cobertura -o all.xml unit.info e2e/coverage.json",
    )
    .action(async (paths: readonly string[], { format, output }: { format: Format; output?: string }) => {
      const read = await readHere(paths, open);
      for (const { path, problems } of read.reports)
        for (const problem of problems) console.error(`trigate: ${path}: ${problem}`);
      for (const file of read.coverage.unplaced)
        console.error(`trigate: left out ${file}: ${read.coverage.unplacedReasons?.[file] ?? ""}`);
      // Half a report would be taken for a whole one.
      if (process.exitCode === EXIT.errored) return;
      const { writeCoverage } = await import("../../runs/coverage-files.ts");
      const { root } = await open();
      const text = writeCoverage(read.coverage.files, { format, root, version: agentVersion() });
      if (output === undefined) process.stdout.write(text);
      else await writeReport(output, text);
    });
}

async function readHere(paths: readonly string[], open: Open) {
  const { readCoverageFiles } = await import("../../runs/coverage-files.ts");
  const read = await readCoverageFiles(paths, { root: (await open()).root, from: process.cwd() });
  if (read.reports.some(({ problems }) => problems.length > 0)) process.exitCode = EXIT.errored;
  return read;
}
