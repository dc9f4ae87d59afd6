import { once } from "node:events";
import { createServer } from "node:http";
import { describe, expect, test, vi } from "vitest";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { schemathesisChecker } from "./adapter.ts";
import { parseSchemathesis } from "./parse.ts";

// It takes seconds to load its libraries when they are not in the memory of the system yet.
vi.setConfig({ testTimeout: 60_000 });

const testdata = testdataOf(import.meta.url);
const API = `openapi: 3.1.0
info: { title: t, version: "1" }
paths:
  /n:
    get:
      parameters: [{ name: n, in: query, required: true, schema: { type: integer } }]
      responses:
        "200": { description: ok, content: { application/json: { schema: { type: object } } } }
        "400": { description: no, content: { application/json: { schema: { type: object } } } }
`;

/** The real tool against a server that has a fault or none. */
async function run(isFaulty: boolean) {
  const server = createServer((request, response) => {
    const n = new URL(request.url ?? "", "http://x").searchParams.get("n");
    const isGood = n !== null && /^-?\d+$/.test(n);
    if (request.method !== "GET") response.writeHead(405, { allow: "GET" }).end();
    else if (isFaulty && n?.startsWith("-") === true) response.writeHead(500).end("boom");
    else
      response
        .writeHead(isGood ? 200 : 400, { "content-type": "application/json" })
        .end(JSON.stringify(isGood ? { n: 1 } : { error: "n" }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  try {
    return await runChecker(schemathesisChecker, {
      workspace: { "openapi.yaml": API },
      settings: { description: "openapi.yaml", url: `http://127.0.0.1:${port}`, examples: 20, seed: 1 },
    });
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

const recorded = (report: string) =>
  schemathesisChecker.check(
    fakeContext(schemathesisChecker, {
      texts: { "openapi.json": API, "/scratch/report.xml": report },
      answers: [{ exitCode: 1, stdout: "", stderr: "" }],
    }),
  );

requiredCases(schemathesisChecker, {
  red: () => run(true),
  clean: () => run(false),
  truncated: () => recorded(testdata("found-4.32.5.xml").slice(0, 400)),
  empty: () => recorded(""),
});

describe("schemathesis", () => {
  test("reads code, line and the command that repeats it", async () => {
    const { findings } = await recorded(testdata("found-4.32.5.xml"));
    expect(findings.map(({ rule, range }) => [rule, range?.start.line])).toEqual([
      ["ST101", 4],
      ["ST103", 4],
    ]);
    expect(findings[0]?.message).toContain("curl -X GET");
  });

  test("an operation that could not be tested is a problem and no finding", async () => {
    const report =
      '<testsuites><testsuite name="s"><testcase name="GET /n"><error>Network Error</error></testcase></testsuite></testsuites>';
    expect(await recorded(report)).toMatchObject({
      findings: [],
      problems: [expect.stringContaining("Network Error")],
    });
  });

  test.each(["http://192.0.2.1/", "https://127.0.0.1/", "no"])("%s is refused", async (url) => {
    const refused = runChecker(schemathesisChecker, { workspace: { "openapi.json": "{}" }, settings: { url } });
    await expect(refused).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
  });

  fuzzParser("parseSchemathesis", {
    samples: [testdata("found-4.32.5.xml"), testdata("clean-4.32.5.xml")],
    reported: (text) => parseSchemathesis(text).failures.length,
  });
});
