import type { CheckContext } from "../../checker.ts";

export const CONFIG_FILES = ["mypy.ini", ".mypy.ini", "pyproject.toml", "setup.cfg"];

/** How mypy has to print what `parse.ts` reads, whatever its configuration says. */
export const OUTPUT_OPTIONS: readonly string[] = [
  "--no-pretty",
  "--show-column-numbers",
  "--show-error-end",
  "--show-error-codes",
  "--hide-error-context",
  "--show-absolute-path",
  "--no-color-output",
  // Its closing line is the evidence; a configuration may leave it out.
  "--error-summary",
];

/** Without arguments mypy checks what its configuration names, and breaks off where that names nothing. */
export async function targetsOf(
  paths: readonly string[] | undefined,
  readText: CheckContext["readText"],
): Promise<readonly string[]> {
  if (paths !== undefined) return ["--", ...paths];
  for (const file of CONFIG_FILES) {
    const section = /^\[(?:tool\.)?mypy\]\s*$([\s\S]*?)(?=^\[[\w.[-]|$(?![\s\S]))/m.exec(
      (await readText(file)) ?? "",
    )?.[1];
    // mypy reads the first of these files that has a section of its own.
    if (section !== undefined) return /^(?:files|packages|modules)\s*=/m.test(section) ? [] : ["."];
  }
  return ["."];
}
