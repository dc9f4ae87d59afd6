import { plainText } from "../../reading/plain-text.ts";
import { lineInFile } from "../../reading/stack-lines.ts";

export interface SuiteFailure {
  readonly line: number | undefined;
  readonly message: string;
}

/** Vitest ends each failure that it prints with a line like this. */
const RULE = /^[ \t]*⎯{3,}.*$/m;

/**
 * Why a test file failed although none of its tests did, by what Vitest printed: a hook that threw, an import that is not
 * there. Its JSON report names the file only. `undefined` when nothing was printed about it.
 */
export function suiteFailure(printed: string, file: string): SuiteFailure | undefined {
  for (const block of plainLines(printed).split(RULE)) {
    const [heading = "", ...rest] = block.trim().split("\n");
    if (!/^FAIL\b/.test(heading) || !namesFile(heading, file)) continue;
    // Only frames of the stack: the message and the excerpt of the source may hold anything.
    const frames = rest.filter((line) => line.trimStart().startsWith("❯")).join("\n");
    return { line: lineInFile(frames, file, "first"), message: plainText(rest.join("\n")) };
  }
  return undefined;
}

/** {@link plainText} would cut a long output short. */
function plainLines(text: string): string {
  return text.split("\n").map(plainLineEnd).join("\n");
}

function plainLineEnd(line: string): string {
  return line.includes("\u001b") ? plainText(line) : line.trimEnd();
}

function namesFile(heading: string, file: string): boolean {
  return heading.split(/\s+/).some((part) => {
    const path = part.replace(/:\d+$/, "");
    return path !== "" && path.includes(".") && (path === file || file.endsWith(`/${path}`));
  });
}
