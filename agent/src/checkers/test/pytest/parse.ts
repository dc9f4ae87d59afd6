import type { TestCase } from "../../../core/test-result.ts";
import { type JunitCase, parseJunit } from "../../reading/junit.ts";
import { lineInFile } from "../../reading/stack-lines.ts";

/**
 * Reads the JUnit XML that pytest writes in its `xunit1` form, the only one with files and lines. `placed` turns a path
 * of pytest into one of the workspace. Never throws.
 */
export function parsePytestJunit(
  text: string,
  placed: (path: string) => string | undefined,
): { readonly tests: readonly TestCase[]; readonly problems: readonly string[] } {
  const { cases, problems } = parseJunit(text);
  return { tests: cases.map((entry) => toTestCase(entry, placed)), problems };
}

function toTestCase(entry: JunitCase, placed: (path: string) => string | undefined): TestCase {
  const file = entry.file === undefined ? "" : (placed(entry.file) ?? "");
  const failedLine = entry.status === "failed" ? lineInFile(entry.details, file, "last") : undefined;
  // pytest counts lines from 0 here. A module that could not be collected has none.
  const ownLine = entry.line === undefined ? undefined : entry.line + 1;
  return {
    name: [...classesOf(entry), entry.name].join(" > "),
    file,
    line: failedLine ?? ownLine,
    status: entry.status,
    durationMs: entry.durationMs,
    message: entry.message,
  };
}

/** The class name begins with the module's dotted path, which the file says already; what is left are the test's classes. */
function classesOf({ classname, file }: JunitCase): readonly string[] {
  const module = (file ?? "").replace(/\.py$/, "").replaceAll(/[\\/]/g, ".");
  if (classname === module) return [];
  const own = module !== "" && classname.startsWith(`${module}.`) ? classname.slice(module.length + 1) : classname;
  return own.split(".").filter((part) => part !== "");
}
