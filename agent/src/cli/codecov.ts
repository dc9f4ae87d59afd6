import { Command } from "commander";
import pc from "picocolors";
import { type CodecovJudgement, isFailing } from "../core/codecov/judgement.ts";
import type { StatusResult } from "../core/codecov/statuses.ts";
import { plainText } from "../report/plain-text.ts";
import { EXIT } from "./exit-codes.ts";
import type { Services } from "./services.ts";
import { writeReport } from "./write-report.ts";

/** `trigate codecov`: what Codecov would say of this content, before the push. */
export function codecovCommand(services: () => Promise<Services>): Command {
  const command = new Command("codecov").description("what Codecov would say of this content, before the push");
  command
    .command("status")
    .description("the statuses, from the newest recorded coverage of this very content; nothing runs again")
    .option("--base <ref>", "branch or commit that the pull request goes to")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nExit codes: 0 no status fails, 1 one fails, 2 bad usage or nothing recorded, 3 codecov.yml has faults.",
    )
    .action(async (options: { base?: string; json?: true }) => {
      const { judgement } = await (await services()).codecov(options.base);
      if (options.json) console.log(JSON.stringify(judgement, undefined, 2));
      else console.log(asText(judgement));
      process.exitCode = exitCodeOf(judgement);
    });
  command
    .command("comment")
    .description("the comment on the pull request, in Markdown")
    .option("--base <ref>", "branch or commit that the pull request goes to")
    .option("--always", "also when the service would leave none")
    .option("--output <file>", "where it goes; default: standard output")
    .action(async (options: { base?: string; always?: true; output?: string }) => {
      const prepared = await (await services()).codecov(options.base);
      if (!("comparison" in prepared)) {
        console.error(asText(prepared.judgement));
        process.exitCode = EXIT.errored;
        return;
      }
      const { silenceOf } = await import("../core/codecov/comment-conditions.ts");
      const silence = silenceOf(prepared.config, prepared.comparison);
      if (silence !== undefined) console.error(`the service would leave no comment: ${silence}`);
      if (silence !== undefined && options.always !== true) return;
      const { toCodecovComment } = await import("../report/codecov-comment.ts");
      const text = toCodecovComment(prepared);
      if (options.output === undefined) process.stdout.write(text);
      else await writeReport(options.output, text);
    });
  for (const sub of command.commands) sub.exitOverride();
  return command;
}

function exitCodeOf({ complaints, statuses }: CodecovJudgement): number {
  if (complaints.length > 0) return EXIT.errored;
  return statuses.some(isFailing) ? EXIT.failed : EXIT.passed;
}

function asText({ file, complaints, statuses, notes, notJudged }: CodecovJudgement): string {
  const at = (line: number | undefined) => (line === undefined ? file : `${file}:${line}`);
  const lines: readonly (readonly [mark: string, text: string])[] = [
    ...complaints.map(({ path, line, message }) => [pc.red("✗"), `${at(line)}: ${path}: ${message}`] as const),
    ...statuses.flatMap((status) => [
      [mark(status), `${status.name}  ${status.description === "" ? "(not shown)" : status.description}`] as const,
      ["   ", status.why] as const,
    ]),
    ...notes.map((note) => ["–", note] as const),
    ...notJudged.map(({ key, line, reason }) => ["–", `${at(line)}: ${key} is not judged here: ${reason}`] as const),
  ];
  return lines.map(([sign, text]) => `${sign} ${plainText(text)}`).join("\n");
}

function mark(status: StatusResult): string {
  if (isFailing(status)) return pc.red("✗");
  return status.state === "success" ? pc.green("✓") : "–";
}
