import { z } from "zod";
import { plainLine } from "../../reading/plain-text.ts";
import { type JsonResult, readJson } from "../../reading/read-json.ts";

const Issue = z.object({
  description: z.object({ head: z.string(), tail: z.string() }),
  locations: z.array(z.object({ sourceMap: z.string().nullish() })),
  severity: z.string(),
  swcID: z.string(),
  swcTitle: z.string(),
});

const Coverage = z.object({ instructions_covered: z.int(), total_instructions: z.int() });
const Report = z.array(
  z.object({
    issues: z.array(Issue),
    meta: z.object({
      mythril_execution_info: z.object({ coverage: z.array(Coverage).optional() }).optional(),
      logs: z.array(z.object({ level: z.string(), msg: z.string() })).optional(),
    }),
  }),
);

export interface MythrilIssue {
  /** The weakness in the SWC registry, such as `SWC-107`. */
  readonly swc: string;
  readonly title: string;
  readonly message: string;
  readonly severity: string;
  /** Offset of the instruction in the bytecode; absent when the report names none. */
  readonly offset: number | undefined;
}

export interface MythrilReport {
  readonly issues: readonly MythrilIssue[];
  /** The largest share of instructions that it executed, from 0 to 1; absent when it does not say. */
  readonly explored: number | undefined;
  /** What went wrong inside of Mythril. */
  readonly errors: readonly string[];
}

/** Reads what `myth analyze -o jsonv2` prints for bytecode (0.24). Never throws. */
export function parseMythrilJson(text: string): JsonResult<MythrilReport> {
  const read = readJson(text, Report);
  if (!read.ok) return read;
  const records = read.value.flatMap(({ meta }) => meta.mythril_execution_info?.coverage ?? []);
  const shares = records.flatMap(({ instructions_covered: covered, total_instructions: total }) =>
    total > 0 ? [Math.min(1, covered / total)] : [],
  );
  return {
    ok: true,
    value: {
      issues: read.value.flatMap(({ issues }) => issues.map(toIssue)),
      explored: shares.length === 0 ? undefined : shares.reduce((most, share) => Math.max(most, share), 0),
      errors: read.value.flatMap(({ meta }) =>
        (meta.logs ?? []).flatMap(({ level, msg }) => (level === "error" ? [plainLine(msg)] : [])),
      ),
    },
  };
}

function toIssue({ description, locations, severity, swcID, swcTitle }: z.infer<typeof Issue>): MythrilIssue {
  const offset = Number(/^(\d+):/.exec(locations[0]?.sourceMap ?? "")?.[1]);
  return {
    swc: plainLine(swcID),
    title: plainLine(swcTitle),
    message: plainLine(`${description.head} ${description.tail}`),
    severity,
    offset: Number.isSafeInteger(offset) ? offset : undefined,
  };
}

/** Where an instruction comes from, as the compiler's source map says. */
export interface SourcePlace {
  /** Offset and length in bytes of the source. */
  readonly start: number;
  readonly length: number;
  /** The compiler's number of the source; -1 for code that it made itself. */
  readonly source: number;
}

/**
 * The place of each instruction of deployed bytecode, by its offset. In a source map (Solidity documentation, "Source
 * Mappings") an empty field repeats the one before.
 */
export function instructionPlaces(bytecode: string, sourceMap: string): ReadonlyMap<number, SourcePlace> {
  const offsets = instructionOffsets(bytecode);
  const places = new Map<number, SourcePlace>();
  let last: SourcePlace = { start: 0, length: 0, source: -1 };
  for (const [index, entry] of sourceMap.split(";").entries()) {
    const offset = offsets[index];
    if (offset === undefined) break;
    const [start, length, source] = entry.split(":");
    const number = (text: string | undefined, before: number) => {
      const value = text === undefined || text === "" ? before : Number(text);
      return Number.isSafeInteger(value) ? value : before;
    };
    last = {
      start: number(start, last.start),
      length: number(length, last.length),
      source: number(source, last.source),
    };
    places.set(offset, last);
  }
  return places;
}

const PUSH1 = 0x60;
const PUSH32 = 0x7f;

/** Where instructions begin: what a PUSH carries is none. Placeholders of libraries count as the bytes that they stand for. */
function instructionOffsets(bytecode: string): readonly number[] {
  const hex = bytecode.replace(/^0x/, "");
  const offsets: number[] = [];
  for (let at = 0; at * 2 + 2 <= hex.length; at++) {
    offsets.push(at);
    const opcode = Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16);
    if (opcode >= PUSH1 && opcode <= PUSH32) at += opcode - PUSH1 + 1;
  }
  return offsets;
}
