import { z } from "zod";
import type { ReportedMeasurement } from "../../../core/measurement.ts";
import { plainLine } from "../../reading/plain-text.ts";
import { readJson } from "../../reading/read-json.ts";

const amount = z.number().nonnegative();
const Gas = z.object({ min: amount, max: amount, avg: amount, median: amount, count: z.int().positive() });

const Report = z.object({
  contracts: z.record(
    z.string(),
    z.object({
      sourceName: z.string(),
      contractName: z.string(),
      proxyChain: z.array(z.string()),
      deployment: Gas.nullish(),
      functions: z.record(z.string(), Gas).nullish(),
    }),
  ),
});

export interface GasOfFunction {
  /** The contract's source as Hardhat names it: relative to the project, or `npm/…` for a package's. */
  readonly source: string;
  readonly deployment: boolean;
  readonly measurement: ReportedMeasurement;
}

export interface GasReport {
  readonly entries: readonly GasOfFunction[];
  readonly problems: readonly string[];
}

/**
 * Reads what `hardhat --gas-stats-json` writes. Each function that was called gives `Contract.function`, with the types of
 * its parameters where the name is overloaded, and each deployment `Contract.constructor`. Contracts of one name are told
 * apart by their sources. Gas is that of the whole transaction. Never throws.
 */
export function parseGasStats(text: string): GasReport {
  const read = readJson(text, Report);
  if (!read.ok) return { entries: [], problems: [`gas: ${read.problem}`] };
  const contracts = Object.entries(read.value.contracts);
  const uses = Map.groupBy(contracts, ([key, contract]) => shortName(key, contract));
  const entries = contracts.flatMap(([key, contract]) => {
    const short = shortName(key, contract);
    const name = uses.get(short)?.length === 1 ? short : key;
    const entry = (functionName: string, gas: z.infer<typeof Gas>, deployment: boolean): GasOfFunction => ({
      source: contract.sourceName,
      deployment,
      measurement: toMeasurement(plainLine(`${name}.${functionName}`), gas),
    });
    return [
      ...Object.entries(contract.functions ?? {}).map(([functionName, gas]) => entry(functionName, gas, false)),
      ...(contract.deployment ? [entry("constructor", contract.deployment, true)] : []),
    ];
  });
  return { entries, problems: [] };
}

/** The key is `source:Contract`, and tells behind a blank which proxies the calls went through. */
function shortName(
  key: string,
  { sourceName, contractName }: { readonly sourceName: string; readonly contractName: string },
): string {
  const full = `${sourceName}:${contractName}`;
  return key.startsWith(full) ? contractName + key.slice(full.length) : key;
}

function toMeasurement(benchmark: string, { min, max, avg, median }: z.infer<typeof Gas>): ReportedMeasurement {
  return {
    benchmark,
    metric: "gas",
    unit: "gas",
    better: "lower",
    summary: { min, mean: avg, p50: median, max },
  };
}
