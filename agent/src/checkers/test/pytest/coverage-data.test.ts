import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, test } from "vitest";
import { readTestedLines } from "./coverage-data.ts";

const folder = mkdtempSync(join(tmpdir(), "trigate-coverage-data-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const SCHEMA = `create table coverage_schema (version integer); insert into coverage_schema values (7);
  create table file (id integer primary key, path text); insert into file values (1, '/r/m.py');
  create table context (id integer primary key, context text);
  insert into context values (1, ''), (2, 't.py::a[1|x]|run'), (3, 't.py::a[2]|setup'), (4, 't.py::b|run');
  create table line_bits (file_id integer, context_id integer, numbits blob);
  create table arc (file_id integer, context_id integer, fromno integer, tono integer);`;
let made = 0;
function read(statements: string) {
  const path = join(folder, `${++made}.sqlite`);
  const database = new DatabaseSync(path);
  database.exec(statements);
  database.close();
  return readTestedLines(path, (name) => `api/${name}`);
}

test.each([
  // Bit n of byte m is line 8 m + n.
  ["lines", "insert into line_bits values (1, 1, x'0200'), (1, 2, x'0401'), (1, 3, x'08'), (1, 4, x'04')"],
  ["jumps", "insert into arc values (1,1,-1,1), (1,2,1,2), (1,2,2,8), (1,2,8,-1), (1,3,-1,3), (1,4,-1,2)"],
])("tests by the %s that they ran, whatever their parameters", async (_, rows) => {
  const { files, problems } = await read(`${SCHEMA} ${rows};`);
  expect([files[0]?.file, files[0]?.tests?.names, files[0]?.tests?.shared]).toEqual([
    "/r/m.py",
    ["api/t.py::a", "api/t.py::b"],
    [1, 3],
  ]);
  expect([...(files[0]?.tests?.byLine ?? [])]).toEqual([
    [2, [0, 1]],
    [3, [0]],
    [8, [0]],
  ]);
  expect(problems).toEqual([]);
});

test.each([
  ["another form", SCHEMA.replace("(7)", "(8)"), /has the form 8, and only 7 is known/],
  ["no form", SCHEMA.replace("values (7)", "select 7 where false"), /unknown version/],
  ["no tables", "create table x (y)", /cannot be read/],
  ["a row of no file", `${SCHEMA} insert into arc values (9, 1, 1, 2);`, /cannot be read: a row names no file/],
  ["text for lines", `${SCHEMA} insert into line_bits values (1, 1, 'x');`, /cannot be read: a set of lines is none/],
])("%s is a problem", async (_, statements, problem) => {
  expect(await read(statements)).toEqual({ files: [], problems: [expect.stringMatching(problem)] });
});

test("so is a file that is no database, and none", async () => {
  const path = join(folder, "text");
  writeFileSync(path, "no database at all, and long enough to be taken for one's header");
  const own = (name: string) => name;
  expect((await readTestedLines(path, own)).problems[0]).toMatch(/cannot be read/);
  expect((await readTestedLines(join(folder, "nowhere"), own)).problems[0]).toMatch(/left no data/);
});
