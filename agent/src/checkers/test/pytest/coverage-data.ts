import { z } from "zod";
import type { FileCoverage } from "../../../core/coverage.ts";
import { TestLines } from "../../../coverage/test-lines.ts";
import { messageOf } from "../../../errors/trigate-error.ts";
import { exists } from "../../../platform/files.ts";
import { readSqlite, type SqliteReader, type SqliteValue } from "../../../platform/sqlite-rows.ts";

/** The form of coverage.py's data file since version 5.0. */
const SCHEMA_VERSION = 7;

const Schema = z.object({ version: z.int() });
const FileRow = z.object({ id: z.int(), path: z.string() });
const ContextRow = z.object({ id: z.int(), context: z.string() });

export interface TestedLines {
  /** Files as coverage.py calls them, with the lines of tests and nothing else. */
  readonly files: readonly FileCoverage[];
  readonly problems: readonly string[];
}

/**
 * Reads from coverage.py's data file which test functions ran which lines; parameters of tests are left out of account. The
 * same in coverage.py's JSON would pass the longest string that there can be, in suites with many parameters. `named` turns a
 * test's id of pytest into the one to tell. Never throws.
 */
export async function readTestedLines(path: string, named: (test: string) => string): Promise<TestedLines> {
  if (!(await exists(path))) return broken("coverage.py left no data; is pytest-cov active?");
  try {
    return readSqlite(path, (database) => testedLines(database, named));
  } catch (error) {
    return broken(`the data of coverage.py cannot be read: ${messageOf(error)}`);
  }
}

const broken = (problem: string): TestedLines => ({ files: [], problems: [`pytest: ${problem}`] });

function testedLines({ rows }: SqliteReader, named: (test: string) => string): TestedLines {
  const [version] = [...rows("select version from coverage_schema")].map((row) => Schema.parse(row).version);
  if (version !== SCHEMA_VERSION)
    return broken(
      `the data of coverage.py has the form ${version ?? "of an unknown version"}, and only ${SCHEMA_VERSION} is known; leave "contexts" out, or use coverage 5 to 7`,
    );
  const files = new Map([...rows("select id, path from file")].map((row) => withLines(FileRow.parse(row))));
  const contexts = new Map(
    [...rows("select id, context from context")].map((row) => {
      const { id, context } = ContextRow.parse(row);
      return [id, toContext(context, named)] as const;
    }),
  );
  // There can be millions of these rows, too many to take a schema to each.
  const add = (row: Readonly<Record<string, SqliteValue>>, line: SqliteValue | undefined) => {
    const file = files.get(Number(row["file_id"]));
    const context = contexts.get(Number(row["context_id"]));
    if (file === undefined || context === undefined || typeof line !== "number") throw new Error("a row names no file");
    file.lines.add(context.test, line);
    if (context.isShared) file.lines.addShared(line);
  };
  for (const row of rows("select file_id, context_id, numbits from line_bits"))
    for (const line of linesIn(row["numbits"])) add(row, line);
  // With branches it keeps jumps in place of lines; a negative end is the way out of a function.
  for (const row of rows("select file_id, context_id, tono from arc where tono > 0")) add(row, row["tono"]);
  return { files: [...files.values()].map(toFileCoverage), problems: [] };
}

interface FileOfData {
  readonly path: string;
  readonly lines: TestLines;
}

function withLines({ id, path }: z.infer<typeof FileRow>): readonly [number, FileOfData] {
  return [id, { path, lines: new TestLines() }];
}

function toFileCoverage({ path, lines }: FileOfData): FileCoverage {
  return { file: path, lines: new Map<number, number>(), branches: [], functions: [], ...lines.part() };
}

interface Context {
  /** Empty for what ran outside of tests. */
  readonly test: string;
  readonly isShared: boolean;
}

/** pytest-cov calls a context by the id of the test and its phase: `tests/test_a.py::test_x[1]|run`. */
function toContext(text: string, named: (test: string) => string): Context {
  const [, id = text, phase] = /^(.*)\|(setup|run|teardown)$/s.exec(text) ?? [];
  const test = id.replace(/\[.*$/s, "");
  return { test: test === "" ? "" : named(test), isShared: test === "" || phase === "setup" };
}

/** coverage.py's set of lines: bit `n` of byte `m` stands for line `8 m + n`. */
function* linesIn(numbits: SqliteValue | undefined): Generator<number> {
  if (!(numbits instanceof Uint8Array)) throw new Error("a set of lines is none");
  for (const [index, byte] of numbits.entries())
    for (let bit = 0; bit < 8; bit++) if ((byte & (1 << bit)) !== 0) yield index * 8 + bit;
}
