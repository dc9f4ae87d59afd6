import { z } from "zod";
import type { TestStatus } from "../../../core/test-result.ts";
import { plainText } from "../../reading/plain-text.ts";
import { type JsonResult, readJson } from "../../reading/read-json.ts";

const Result = z.object({
  status: z.enum(["Success", "Failure", "Skipped"]),
  reason: z.string().nullish(),
  counterexample: z.unknown().optional(),
  duration: z.string().nullish(),
});

const Report = z.record(z.string(), z.object({ test_results: z.record(z.string(), Result) }));

/** One test of Forge: unit, fuzz or invariant. */
export interface ForgeTest {
  /** The file as Forge names it, relative to the project. */
  readonly path: string;
  readonly contract: string;
  /** With its parameters' types: `testFuzz_add(uint256)`. */
  readonly signature: string;
  readonly status: TestStatus;
  readonly durationMs: number;
  readonly message: string | undefined;
}

const STATUSES = { Success: "passed", Failure: "failed", Skipped: "skipped" } as const;

/** Reads what `forge test --json` prints (1.x). Never throws. */
export function parseForgeJson(text: string): JsonResult<readonly ForgeTest[]> {
  const read = readJson(text, Report);
  if (!read.ok) return read;
  const tests = Object.entries(read.value).flatMap(([suite, { test_results: results }]) => {
    const colon = suite.lastIndexOf(":");
    const [path, contract] = colon === -1 ? ["", suite] : [suite.slice(0, colon), suite.slice(colon + 1)];
    return Object.entries(results).map(([signature, { status, reason, counterexample, duration }]) => ({
      path,
      contract: plainText(contract),
      signature: plainText(signature),
      status: STATUSES[status],
      durationMs: durationMs(duration ?? ""),
      message: messageOf(reason, counterexample),
    }));
  });
  return { ok: true, value: tests };
}

const Single = z.object({ Single: z.object({ args: z.string().nullish() }) });
const Sequence = z.object({
  Sequence: z.union([
    z.array(z.object({ func_name: z.string().nullish(), args: z.string().nullish() })),
    z.tuple([z.unknown(), z.array(z.object({ func_name: z.string().nullish(), args: z.string().nullish() }))]),
  ]),
});

/** Why it failed, with the arguments or the calls that show it. */
function messageOf(reason: string | null | undefined, counterexample: unknown): string | undefined {
  const parts = [reason ?? "", exampleOf(counterexample)].filter((part) => part !== "");
  return parts.length === 0 ? undefined : plainText(parts.join("\n"));
}

function exampleOf(counterexample: unknown): string {
  const single = Single.safeParse(counterexample);
  if (single.success) return `counterexample: ${single.data.Single.args ?? "no arguments"}`;
  const sequence = Sequence.safeParse(counterexample);
  if (!sequence.success) return "";
  const calls = sequence.data.Sequence.flatMap((entry) => (Array.isArray(entry) ? entry : [entry]));
  const written = calls.flatMap((call) =>
    typeof call === "object" && call !== null && "args" in call
      ? [
          `${"func_name" in call && typeof call.func_name === "string" ? call.func_name : "?"}(${String(call.args ?? "")})`,
        ]
      : [],
  );
  return `counterexample: ${written.join(", ")}`;
}

const MS: Readonly<Record<string, number>> = { ns: 1e-6, µs: 1e-3, us: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a text such as `5ms 410µs 723ns`; 0 for what is none. */
export function durationMs(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|µs|us|ms|s|m|h)\b/g)];
  const sum = parts.reduce((total, [, digits, unit = ""]) => total + Number(digits) * (MS[unit] ?? 0), 0);
  return Number.isFinite(sum) ? sum : 0;
}
