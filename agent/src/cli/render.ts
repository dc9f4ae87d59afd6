import pc from "picocolors";
import type { Run } from "../core/run.ts";

export const FORMATS = ["pretty", "json", "sarif", "junit", "github", "gitlab", "markdown", "html"] as const;
export type Format = (typeof FORMATS)[number];

/** Narrow terminals and pipes still get whole lines. */
const WIDTH_WITHOUT_TERMINAL = 120;

/** The run in one of the formats. Formats are loaded when they are asked for. */
export async function render(run: Run, format: Format, { toTerminal }: { toTerminal: boolean }): Promise<string> {
  switch (format) {
    case "pretty": {
      const { toPretty } = await import("../report/pretty.ts");
      const colors = toTerminal ? pc : pc.createColors(false);
      return toPretty(run, { colors, width: process.stdout.columns ?? WIDTH_WITHOUT_TERMINAL, findingsPerCheck: 20 });
    }
    case "json":
      return (await import("../report/json.ts")).toJson(run);
    case "sarif":
      return (await import("../report/sarif.ts")).toSarif(run);
    case "junit":
      return (await import("../report/junit.ts")).toJunit(run);
    case "github":
      return (await import("../report/github.ts")).toGithub(run);
    case "gitlab":
      return (await import("../report/gitlab.ts")).toGitlab(run);
    case "markdown": {
      const { COMMENT_LIMIT, toMarkdown } = await import("../report/markdown.ts");
      return toMarkdown(run, { limit: COMMENT_LIMIT });
    }
    case "html":
      return (await import("../report/html.ts")).toHtml(run);
  }
}
