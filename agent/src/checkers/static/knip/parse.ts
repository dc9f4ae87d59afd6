import { z } from "zod";
import type { Range, ReportedFinding } from "../../../core/finding.ts";
import { plainLine } from "../../reading/plain-text.ts";
import { readJson } from "../../reading/read-json.ts";

const Item = z.object({
  name: z.string(),
  line: z.int().positive().optional(),
  col: z.int().positive().optional(),
  namespace: z.string().optional(),
});
/** Knip 5 keeps members under the name of their enum, Knip 6 in one list; duplicates are lists of lists in both. */
const Items = z.union([
  z.array(z.union([Item, z.array(Item)])),
  z.record(z.string(), z.array(Item)).transform((members) => Object.values(members).flat()),
]);

const Report = z.object({
  /** Knip 5. */
  files: z.array(z.string()).optional(),
  issues: z.array(z.looseObject({ file: z.string() })),
});

const Notes = z.object({
  counters: z.object({ processed: z.int().nonnegative(), total: z.int().nonnegative() }),
  hints: z.array(z.object({ type: z.string(), identifier: z.string(), workspace: z.string() })),
});

/** Knip's kinds of issues, in words that go behind a name. */
const KINDS: Readonly<Record<string, string>> = {
  files: "is a file that nothing uses",
  dependencies: "is a dependency that nothing uses",
  devDependencies: "is a development dependency that nothing uses",
  optionalPeerDependencies: "is an optional peer dependency that the code refers to",
  unlisted: "is used but not listed in package.json",
  binaries: "is a program that no listed dependency brings",
  unresolved: "is an import that leads nowhere",
  exports: "is exported and never imported",
  nsExports: "is exported and never used through its namespace",
  types: "is an exported type that is never imported",
  nsTypes: "is an exported type that is never used through its namespace",
  enumMembers: "is a member of an enum that nothing uses",
  classMembers: "is a member of a class that nothing uses",
  namespaceMembers: "is a member of a namespace that nothing uses",
  duplicates: "are exports of one and the same thing",
  catalog: "is an entry of the catalogue that nothing uses",
  catalogReferences: "refers to an entry that the catalogue lacks",
  cycles: "is part of a circle of imports",
};

export interface KnipReport {
  readonly findings: readonly (Omit<ReportedFinding, "file"> & { readonly path: string })[];
  /** Source files that Knip went through; `undefined` when it did not say. */
  readonly files: number | undefined;
  readonly problems: readonly string[];
}

/**
 * Reads what `knip --reporter json` prints on its first line, by Knip 5 and 6, and on the second one the notes of
 * {@link NOTES_REPORTER}: how many files were gone through, and Knip's hints about its configuration. Never throws.
 */
export function parseKnip(text: string): KnipReport {
  const lines = text.split("\n").filter((line) => line.startsWith("{"));
  const report = readJson(lines[0] ?? "", Report);
  if (!report.ok) return { findings: [], files: undefined, problems: [`knip: ${report.problem}`] };
  const notes = readJson(lines[1] ?? "", Notes);
  if (!notes.ok) return { findings: [], files: undefined, problems: [`knip: its notes: ${notes.problem}`] };
  const { files = [], issues } = report.value;
  const found = issues.map(issueFindings);
  return {
    findings: [
      ...files.map((path) => findingOf("files", { path, items: [{ name: path }] })),
      ...found.flatMap(({ findings }) => findings),
      ...notes.value.hints.map(hintFinding),
    ],
    files: notes.value.counters.processed,
    problems: found.flatMap(({ problems }) => problems).slice(0, 5),
  };
}

function issueFindings({ file, ...lists }: z.infer<typeof Report>["issues"][number]): Omit<KnipReport, "files"> {
  const findings: KnipReport["findings"][number][] = [];
  const problems: string[] = [];
  for (const [kind, list] of Object.entries(lists)) {
    // Owners of the file, where a CODEOWNERS tells them.
    if (kind === "owners") continue;
    const items = Items.safeParse(list);
    if (items.success)
      findings.push(...items.data.map((item) => findingOf(kind, { path: file, items: [item].flat() })));
    else problems.push(`knip: "${plainLine(kind)}" of ${plainLine(file)} has another form than expected`);
  }
  return { findings, problems };
}

function findingOf(
  kind: string,
  { path, items }: { readonly path: string; readonly items: readonly z.infer<typeof Item>[] },
): KnipReport["findings"][number] {
  const names = items.map(({ name, namespace }) => (namespace === undefined ? name : `${namespace}.${name}`));
  return {
    rule: plainLine(kind),
    severity: "error",
    message: plainLine(`${names.join(", ")} ${KINDS[kind] ?? `is reported as ${kind}`}`),
    path,
    range: rangeOf(items[0]),
  };
}

function rangeOf(item: z.infer<typeof Item> | undefined): Range | undefined {
  return item?.line === undefined ? undefined : { start: { line: item.line, column: item.col ?? 1 } };
}

function hintFinding({ type, identifier, workspace }: z.infer<typeof Notes>["hints"][number]) {
  const where = workspace === "." ? "" : ` (workspace ${workspace})`;
  return {
    rule: "configuration-hint",
    severity: "info" as const,
    message: plainLine(`Knip's configuration: ${type} ${identifier}${where}`),
    path: "",
    range: undefined,
  };
}

const NOTES_PROGRAM = `
export default ({ counters, configurationHints }) => {
  const { processed, total } = counters;
  const hints = [...configurationHints].map(({ type, identifier, workspaceName }) => ({ type, identifier: String(identifier), workspace: workspaceName ?? "." }));
  process.stdout.write(JSON.stringify({ counters: { processed, total }, hints }) + "\\n");
};
`;

/**
 * A second reporter for Knip, as the address of a module: its JSON tells neither how many files it went through nor what it
 * thinks of its configuration.
 */
export const NOTES_REPORTER = `data:text/javascript;base64,${Buffer.from(NOTES_PROGRAM).toString("base64")}`;
