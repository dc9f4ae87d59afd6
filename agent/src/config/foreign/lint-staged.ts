import { parse } from "yaml";
import { z } from "zod";
import { type Imported, ImportedChecks } from "./imported-checks.ts";

const Commands = z.union([z.string().transform((line) => [line]), z.array(z.string())]);
const LintStagedConfig = z.record(z.string(), z.unknown());

/** Converts lint-staged's configuration as JSON or YAML. Throws a `ZodError` or a YAML error for a text that is neither. */
export function importLintStaged(text: string): Imported {
  const checks = new ImportedChecks();
  for (const [glob, value] of Object.entries(LintStagedConfig.parse(parse(text)))) {
    const lines = Commands.safeParse(value);
    if (!lines.success) checks.leaveOut(glob, "is neither a command nor a list of commands");
    else for (const line of lines.data) addLine(checks, { glob, line });
  }
  return checks.result();
}

/** The part of a package.json; `undefined` where it has none. */
export function lintStagedOfManifest(text: string): string | undefined {
  const manifest = z.looseObject({ "lint-staged": LintStagedConfig.optional() }).parse(parse(text));
  return manifest["lint-staged"] && JSON.stringify(manifest["lint-staged"]);
}

function addLine(checks: ImportedChecks, { glob, line }: { glob: string; line: string }): void {
  if (/^git\s+add\b/.test(line)) {
    checks.leaveOut(line, "nothing is staged by a check; trigate run --fix applies fixes");
    return;
  }
  const name = line.split(/\s+/).slice(0, 2).join(" ");
  checks.addLine(line, { name, files: [anywhere(glob)], passFiles: true });
}

/** A pattern without a slash is about names, wherever the files lie. */
function anywhere(glob: string): string {
  return glob.includes("/") ? glob.replace(/^\.?\//, "") : `**/${glob}`;
}
