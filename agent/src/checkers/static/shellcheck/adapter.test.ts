import { describe, expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { applyFix } from "../../testing/apply-fix.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { shellcheckChecker } from "./adapter.ts";
import { parseShellcheck } from "./parse.ts";

const testdata = testdataOf(import.meta.url);
const RECORDED = testdata("shellcheck-0.11.0.json");
const answer = (stdout: string) =>
  shellcheckChecker.check(
    fakeContext(shellcheckChecker, { files: ["a.sh"], answers: [{ exitCode: 1, stdout, stderr: "" }] }),
  );

requiredCases(shellcheckChecker, {
  red: () => runChecker(shellcheckChecker, { workspace: { "a.sh": "#!/bin/sh\ncd /nowhere\n" } }),
  clean: () => runChecker(shellcheckChecker, { workspace: { "-a.sh": "#!/bin/sh\necho hi\n" } }),
  truncated: () => answer(RECORDED.slice(0, 300)),
  empty: () => answer(""),
});

describe("shellcheck", () => {
  test("places behind tabs and characters of two units, and mends", async () => {
    const text = '#!/bin/bash\nprocess() {\n\techo "😀" $1\n}\nprocess x\n';
    const output = await runChecker(shellcheckChecker, { workspace: { "bin/a.sh": text } });
    expect(output.findings).toMatchObject([
      {
        rule: "SC2086",
        severity: "info",
        file: "bin/a.sh",
        range: { start: { line: 3, column: 12 }, end: { line: 3, column: 14 } },
        url: "https://www.shellcheck.net/wiki/SC2086",
      },
    ]);
    expect(applyFix(text, output.findings[0]?.fix)).toBe(text.replace("$1", '"$1"'));
    // What ShellCheck calls info is shown and fails nothing.
    expect(statusOf(output).outcome).toBe("passed");
  });

  test("a script that cannot be parsed fails", async () => {
    const output = await runChecker(shellcheckChecker, { workspace: { "a.sh": "#!/bin/sh\nif then\n" } });
    expect(statusOf(output).outcome).toBe("failed");
  });

  test("a file that is gone is errored", async () => {
    const run = runChecker(shellcheckChecker, { workspace: { "a.sh": "#!/bin/sh\n" }, files: ["a.sh", "gone.sh"] });
    await expect(run).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
  });
});

fuzzParser("ShellCheck's json1", {
  samples: [RECORDED],
  reported: (text) => {
    const read = parseShellcheck(text);
    return read.ok ? read.value.length : 0;
  },
});
