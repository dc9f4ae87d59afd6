import pc from "picocolors";
import type { Run } from "../core/run.ts";

export const FORMATS = ["pretty", "json", "sarif", "junit", "github", "gitlab", "markdown", "html"] as const;
export type Format = (typeof FORMATS)[number];

/** Narrow terminals and pipes still get whole lines. */
const WIDTH_WITHOUT_TERMINAL = 120;

interface Screen {
  readonly toTerminal: boolean;
}

/** The run in one of the formats. */
export async function render(run: Run, format: Format, screen: Screen): Promise<string> {
  return WRITERS[format](run, screen);
}

/** Each format is loaded when it is asked for. */
const WRITERS: { readonly [F in Format]: (run: Run, screen: Screen) => Promise<string> } = {
  pretty: async (run, { toTerminal }) => {
    const { toPretty } = await import("../report/pretty.ts");
    const colors = toTerminal ? pc : pc.createColors(false);
    return toPretty(run, { colors, width: process.stdout.columns ?? WIDTH_WITHOUT_TERMINAL, findingsPerCheck: 20 });
  },
  json: async (run) => (await import("../report/json.ts")).toJson(run),
  sarif: async (run) => (await import("../report/sarif.ts")).toSarif(run),
  junit: async (run) => (await import("../report/junit.ts")).toJunit(run),
  github: async (run) => (await import("../report/github.ts")).toGithub(run),
  gitlab: async (run) => (await import("../report/gitlab.ts")).toGitlab(run),
  markdown: async (run) => {
    const { COMMENT_LIMIT, toMarkdown } = await import("../report/markdown.ts");
    return toMarkdown(run, { limit: COMMENT_LIMIT });
  },
  html: async (run) => (await import("../report/html.ts")).toHtml(run),
};
