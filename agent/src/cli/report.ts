import { Command, Option } from "commander";
import type { Services } from "./services.ts";
import { TrigateError } from "../errors/trigate-error.ts";
import { type Format, FORMATS, render } from "./render.ts";
import { writeReport } from "./write-report.ts";

/** `trigate report`: a recorded run again, in any format. */
export function reportCommand(services: () => Promise<Services>): Command {
  return new Command("report")
    .description("show a recorded run again")
    .argument("[run]", "id of the run; default: the newest")
    .addOption(new Option("--format <format>", "the form").choices(FORMATS).default("pretty"))
    .option("--output <file>", "where it goes; default: standard output")
    .option("--json", "the same as --format json")
    .addHelpText("after", "\nExample:\n  trigate report --format html --output out/report.html")
    .action(async (id: string | undefined, options: { format: Format; output?: string; json?: true }) => {
      const opened = await services();
      const runs = opened.runs();
      const run = id === undefined ? await runs.latest() : await runs.byId(id);
      if (run === undefined) throw new TrigateError("run/not-found", { runId: id ?? "at all" });
      const text = await render(run, options.json ? "json" : options.format, {
        toTerminal: options.output === undefined,
      });
      if (options.output === undefined) process.stdout.write(text);
      else await writeReport(options.output, text);
    });
}
