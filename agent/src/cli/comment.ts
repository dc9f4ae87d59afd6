import { Command, InvalidArgumentError, Option } from "commander";
import { TrigateError } from "../errors/trigate-error.ts";
import { COMMENT_LIMIT, COMMENT_MARKER, toMarkdown } from "../report/markdown.ts";
import { type CommentTarget, publishComment } from "./pull-request-comment.ts";
import type { Services } from "./services.ts";

interface CommentOptions {
  readonly pull?: number;
  readonly dryRun?: true;
  readonly json?: true;
}

const HELP = `
Needs GITHUB_TOKEN with the right to write to pull requests; GITHUB_REPOSITORY, GITHUB_API_URL and the number of the pull
request are taken from GitHub Actions.

Examples:
  trigate comment                       in GitHub Actions, after trigate run
  trigate comment --pull 12 --dry-run   only show what would be written`;

/** `trigate comment`: a recorded run as a comment on a pull request, in the place of the comment of the run before. */
export function commentCommand(services: () => Promise<Services>): Command {
  return new Command("comment")
    .description("write a recorded run to a pull request, in the place of the comment before")
    .argument("[run]", "id of the run; default: the newest")
    .addOption(new Option("--pull <number>", "number of the pull request").argParser(parsePull))
    .option("--dry-run", "print the comment instead of writing it")
    .option("--json", "print nothing but JSON")
    .addHelpText("after", HELP)
    .action(async (id: string | undefined, options: CommentOptions) => {
      const { runs, env } = await services();
      const run = id === undefined ? await runs().latest() : await runs().byId(id);
      if (run === undefined) throw new TrigateError("run/not-found", { runId: id ?? "at all" });
      const body = toMarkdown(run, { limit: COMMENT_LIMIT });
      if (options.dryRun) {
        process.stdout.write(options.json ? `${JSON.stringify({ body })}\n` : body);
        return;
      }
      const written = await publishComment(targetOf(options, env), { marker: COMMENT_MARKER, body });
      if (options.json) console.log(JSON.stringify(written));
      else console.log(`${written.updated ? "updated" : "wrote"} ${written.url}`);
    });
}

function parsePull(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("a whole number from 1");
  return number;
}

function targetOf({ pull }: CommentOptions, env: Services["env"]): CommentTarget {
  const needed = (name: string, hint: string) => {
    const value = env[name];
    if (value === undefined || value === "")
      throw new TrigateError("usage/bad-argument", { problem: `${name} is not set`, hint });
    return value;
  };
  const [, fromRef] = /^refs\/pull\/([0-9]+)\//.exec(env["GITHUB_REF"] ?? "") ?? [];
  const pullRequest = pull ?? (fromRef === undefined ? undefined : Number(fromRef));
  if (pullRequest === undefined)
    throw new TrigateError("usage/bad-argument", {
      problem: "this is no run of a pull request",
      hint: "name it with --pull, or use --dry-run",
    });
  return {
    apiUrl: env["GITHUB_API_URL"] || "https://api.github.com",
    repository: needed("GITHUB_REPOSITORY", "set it to owner/name"),
    token: needed(
      "GITHUB_TOKEN",
      "in a workflow: env: GITHUB_TOKEN: ${{ github.token }}, permissions: pull-requests: write",
    ),
    pullRequest,
  };
}
