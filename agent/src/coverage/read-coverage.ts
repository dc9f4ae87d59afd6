import { isLfsPointer, onlyPointers } from "../core/lfs-pointer.ts";
import { parseClover } from "./formats/clover.ts";
import { parseCobertura } from "./formats/cobertura.ts";
import { readCoveragePy } from "./formats/coverage-py.ts";
import { parseGcov } from "./formats/gcov.ts";
import { parseGoProfile } from "./formats/go-profile.ts";
import { readIstanbul } from "./formats/istanbul.ts";
import { parseJacoco } from "./formats/jacoco.ts";
import { parseJson } from "./formats/json-report.ts";
import { parseLcov } from "./formats/lcov.ts";
import { readLlvmCov } from "./formats/llvm-cov.ts";
import { readV8, type SourceOf } from "./formats/v8.ts";
import type { ParsedCoverage } from "./parsed-coverage.ts";
import { readTrigateJson } from "./writers/json.ts";

/** How much of a report is looked at to tell its format. */
const HEAD_LENGTH = 8_192;

export type CoverageFormat =
  | "lcov"
  | "cobertura"
  | "clover"
  | "jacoco"
  | "coverage.py"
  | "istanbul"
  | "v8"
  | "gcov"
  | "go profile"
  | "llvm-cov"
  | "trigate";

export interface ReadCoverage extends ParsedCoverage {
  /** `undefined` when it could not be told. */
  readonly format: CoverageFormat | undefined;
}

const unreadable = (problem: string): ReadCoverage => ({
  format: undefined,
  files: [],
  problems: [`coverage: ${problem}`],
});

/**
 * Reads a coverage report in whichever of the known formats it is, told by its content. `sourceOf` gives the sources that
 * V8's raw coverage speaks of. Never throws.
 */
export async function readCoverage(text: string, sourceOf: SourceOf): Promise<ReadCoverage> {
  const head = text.slice(0, HEAD_LENGTH).replace(/^\ufeff?\s*/, "");
  if (head === "") return unreadable("the report is empty");
  if (isLfsPointer(text)) return unreadable(onlyPointers(["the report"]));
  if (head.startsWith("{") || head.startsWith("[")) return readJsonCoverage(text, { head, sourceOf });
  if (head.startsWith("<")) return readXmlCoverage(text, head);
  if (head.startsWith("mode:")) return { format: "go profile", ...parseGoProfile(text) };
  // The two bytes of a compressed file, as they look once they were taken for text.
  if (head.startsWith("\u001f")) return unreadable("the report is compressed; hand it over unpacked");
  return { format: "lcov", ...parseLcov(text) };
}

function readXmlCoverage(text: string, head: string): ReadCoverage {
  const [, root = "", attributes = ""] = /<([A-Za-z_][\w:.-]*)([^>]*)/.exec(head.replaceAll(/<!--[^]*?-->/g, "")) ?? [];
  if (root === "report") return { format: "jacoco", ...parseJacoco(withoutMark(text)) };
  if (root !== "coverage")
    return unreadable(`an XML report that begins with <${root.slice(0, 40)}> is neither Cobertura, Clover nor JaCoCo`);
  const isClover =
    /\b(clover|generated)=/.test(attributes) || (!/\bline-rate=/.test(attributes) && head.includes("<project"));
  return isClover
    ? { format: "clover", ...parseClover(withoutMark(text)) }
    : { format: "cobertura", ...parseCobertura(withoutMark(text)) };
}

async function readJsonCoverage(
  text: string,
  { head, sourceOf }: { head: string; sourceOf: SourceOf },
): Promise<ReadCoverage> {
  // gcov prints several documents behind each other, which together are no JSON.
  if (/"(gcc_version|current_working_directory|data_file)"\s*:/.test(head) && !head.includes('"statementMap"'))
    return { format: "gcov", ...parseGcov(withoutMark(text)) };
  const json = parseJson("coverage", withoutMark(text));
  if (!json.ok) return { format: undefined, files: [], problems: [json.problem] };
  const { value } = json;
  const known = JSON_FORMATS.find(({ keys }) => keys.every((key) => hasKey(value, key)));
  return known === undefined
    ? { format: "istanbul", ...readIstanbul(value) }
    : { format: known.format, ...(await known.read({ value, text, sourceOf })) };
}

interface JsonFormat {
  readonly format: CoverageFormat;
  /** What the document has when it is in this format. */
  readonly keys: readonly string[];
  readonly read: (report: {
    readonly value: unknown;
    readonly text: string;
    readonly sourceOf: SourceOf;
  }) => ParsedCoverage | Promise<ParsedCoverage>;
}

/** The first one that fits; Istanbul's has nothing but paths for keys, so it is what remains. */
const JSON_FORMATS: readonly JsonFormat[] = [
  { format: "trigate", keys: ["trigateCoverage"], read: ({ value }) => readTrigateJson(value) },
  { format: "v8", keys: ["result"], read: ({ value, sourceOf }) => readV8(value, sourceOf) },
  { format: "coverage.py", keys: ["meta", "files"], read: ({ value }) => readCoveragePy(value) },
  { format: "llvm-cov", keys: ["data", "type"], read: ({ value }) => readLlvmCov(value) },
  { format: "gcov", keys: ["format_version"], read: ({ text }) => parseGcov(withoutMark(text)) },
];

function hasKey(value: unknown, key: string): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key);
}

function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
