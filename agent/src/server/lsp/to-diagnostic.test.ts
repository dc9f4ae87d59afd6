import { describe, expect, test } from "vitest";
import { DiagnosticSeverity } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { finding } from "../testing/fake-runs.ts";
import { doTouch, toDiagnostic, toLspRange, toQuickFix } from "./to-diagnostic.ts";

const document = TextDocument.create("file:///w/a.ts", "typescript", 3, "const größe = 1;\r\n  👍.go();\n\n");
const at = (line: number, column: number) => ({ line, column });

describe("ranges", () => {
  test.each([
    ["from 1-based to 0-based", { start: at(2, 3), end: at(2, 5) }, [1, 2, 1, 4]],
    ["a point is its word", { start: at(1, 7) }, [0, 6, 0, 11]],
    ["a point at the line's start is the line", { start: at(1, 1) }, [0, 0, 0, 16]],
    ["a point on no word is one character", { start: at(1, 13) }, [0, 12, 0, 13]],
    ["a point on an empty line is still to be seen", { start: at(3, 1) }, [2, 0, 2, 1]],
    ["a place behind the text is kept", { start: at(9, 4) }, [8, 3, 8, 4]],
    ["none is the first line", undefined, [0, 0, 0, 16]],
  ])("%s", (_name, range, [startLine, startCharacter, endLine, endCharacter]) => {
    expect(toLspRange(range, document)).toEqual({
      start: { line: startLine, character: startCharacter },
      end: { line: endLine, character: endCharacter },
    });
  });

  test("without the document a point is one character", () => {
    expect(toLspRange({ start: at(4, 5) }, undefined)).toEqual({
      start: { line: 3, character: 4 },
      end: { line: 3, character: 5 },
    });
  });

  test.each([
    [[0, 0, 0, 5], [0, 5, 0, 5], true],
    [[0, 0, 0, 5], [0, 6, 0, 6], false],
    [[0, 0, 2, 0], [1, 9, 1, 9], true],
    [[3, 0, 4, 0], [1, 0, 2, 9], false],
  ])("%j touches %j: %s", (a, b, answer) => {
    const range = ([line = 0, character = 0, endLine = 0, endCharacter = 0]: number[]) => ({
      start: { line, character },
      end: { line: endLine, character: endCharacter },
    });
    expect([doTouch(range(a), range(b)), doTouch(range(b), range(a))]).toEqual([answer, answer]);
  });
});

describe("diagnostics", () => {
  test("carry check, rule, link and the finding's id", () => {
    expect(toDiagnostic(finding({ severity: "warning", url: "https://example.org/rule" }), undefined)).toEqual({
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 8 } },
      severity: DiagnosticSeverity.Warning,
      source: "trigate/oxlint",
      code: "no-debugger",
      codeDescription: { href: "https://example.org/rule" },
      message: "no debugger",
      data: { finding: "f1" },
    });
  });

  test.each(["javascript:alert(1)", "command:workbench.action.quit", "file:///etc/passwd"])("%s is no link", (url) => {
    expect(toDiagnostic(finding({ url }), undefined)).not.toHaveProperty("codeDescription");
  });

  test("control characters do not come along", () => {
    expect(toDiagnostic(finding({ message: "a\u001b[2Jb\u202ec" }), undefined).message).toBe("a[2Jbc");
  });
});

describe("quick fixes", () => {
  const fix = { title: "Remove it", edits: [{ range: { start: at(1, 1), end: at(1, 7) }, newText: "" }] };
  const edits = [{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 6 } }, newText: "" }];

  test("name the version they are made for, where the editor minds it", () => {
    const { edit, kind, title } = toQuickFix(fix, { document, diagnostics: [], canVersion: true });
    expect([kind, title]).toEqual(["quickfix", "Remove it"]);
    expect(edit).toEqual({ documentChanges: [{ textDocument: { uri: document.uri, version: 3 }, edits }] });
  });

  test("are plain changes elsewhere", () => {
    expect(toQuickFix(fix, { document, diagnostics: [], canVersion: false }).edit).toEqual({
      changes: { [document.uri]: edits },
    });
  });
});
