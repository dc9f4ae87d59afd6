import pc from "picocolors";
import type { Run } from "../core/run.ts";

export const FORMATS = ["pretty", "json", "sarif", "html"] as const;
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
    case "html":
      return (await import("../report/html.ts")).toHtml(run);
  }
}
