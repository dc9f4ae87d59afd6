import type { CheckContext, ToolOutput, ToolRunOptions } from "../checker.ts";

type Source = Pick<CheckContext, "run" | "taken">;

/** Starts the tool; or, where its report was made elsewhere from the same content, tells how that run ended. */
export async function runOrTake(
  { run, taken }: Source,
  argv: readonly string[],
  options?: ToolRunOptions,
): Promise<ToolOutput> {
  return taken === undefined ? run(argv, options) : { exitCode: taken.exitCode, stdout: "", stderr: "" };
}

/** Where the report of {@link runOrTake} lies: at the path that the tool was told, or where it was taken from. */
export function reportPath({ taken }: Pick<CheckContext, "taken">, path: string): string {
  return taken?.report ?? path;
}
