import { isAbsolute, join, relative, sep } from "node:path";
import picomatch from "picomatch";
import type { Range, ReportedFinding } from "../../../core/finding.ts";
import { toWorkspacePath } from "../../../platform/files.ts";
import type { CheckContext } from "../../checker.ts";
import { forwardRange } from "../forward-range.ts";
import type { FileLocation } from "./form.ts";
import type { MatchedProblem } from "./problem-matcher.ts";
import { workingFolder } from "../report-path.ts";

type Place = Pick<CheckContext, "root" | "options" | "files">;

/** A matched problem as a finding, with its file looked for where the matcher says. */
export function problemFinding(
  context: Place,
  problem: MatchedProblem,
  { owner, fileLocation }: { readonly owner: string; readonly fileLocation: FileLocation | undefined },
): ReportedFinding {
  const file = placeOf(context, problem.file, fileLocation);
  return {
    rule: problem.code ?? owner,
    severity: problem.severity,
    message: file === undefined ? `${problem.file}: ${problem.message}` : problem.message,
    file: file ?? "",
    range: file === undefined ? undefined : rangeOf(problem),
  };
}

function rangeOf({ line, column, endLine, endColumn }: MatchedProblem): Range | undefined {
  if (line === undefined) return undefined;
  const start = { line, column: column ?? 1 };
  if (endColumn === undefined) return { start };
  return forwardRange(start, { line: endLine ?? line, column: endColumn });
}

/**
 * The workspace path of a file that a tool named; `undefined` when it lies outside. Without a `fileLocation`, and with
 * `relative` alone, paths start at the check's own folder. A path that is written absolutely is taken as it is.
 */
function placeOf(context: Place, written: string, location: FileLocation | undefined): string | undefined {
  const path = written.replaceAll("\\", "/");
  const { kind, folder, search } = partsOf(location);
  if (kind === "search") return searched(context, path, search);
  if (isAbsolute(path)) return toWorkspacePath(context.root, path);
  const asAbsolute = toWorkspacePath(context.root, `/${path}`);
  if (kind === "absolute") return asAbsolute;
  const base = folder === undefined ? workingFolder(context) : expanded(context, folder);
  const inside = toWorkspacePath(context.root, join(base, path));
  if (kind === "relative" || inside === undefined || context.files.includes(inside)) return inside;
  return asAbsolute ?? inside;
}

/** How paths are meant, the folder that they start from, and where one is searched for. */
function partsOf(location: FileLocation = "relative") {
  const [kind, detail] = typeof location === "string" ? [location] : location;
  return {
    kind,
    folder: typeof detail === "string" ? detail : undefined,
    search: typeof detail === "object" ? detail : {},
  };
}

/** The variables of VS Code that mean something where there is no editor. */
function expanded({ root, options }: Place, folder: string): string {
  const path = folder.replaceAll(/\$\{(?:workspaceFolder|workspaceRoot|cwd)\}/g, (variable) =>
    variable === "${cwd}" ? workingFolder({ root, options }) : root,
  );
  return isAbsolute(path) ? path : join(workingFolder({ root, options }), path);
}

/** The one file in scope that ends in the path. Which of several is meant, nobody can tell. */
function searched(
  context: Place,
  path: string,
  { include, exclude }: { include?: string | string[] | undefined; exclude?: string | string[] | undefined },
): string | undefined {
  const globs = (written: string | string[] | undefined) =>
    [written ?? []].flat().map((folder) => {
      const inside = relative(context.root, expanded(context, folder)).split(sep).join("/");
      return inside === "" ? "**" : `${inside}/**`;
    });
  const included = globs(include);
  const isIncluded = picomatch(included.length === 0 ? ["**"] : included, { ignore: globs(exclude), dot: true });
  const wanted = path.replace(/^(?:\.{1,2}\/)+/, "");
  const candidates = context.files.filter(
    (file) => (file === wanted || file.endsWith(`/${wanted}`)) && isIncluded(file),
  );
  return candidates.length === 1 ? candidates[0] : undefined;
}
