import { NativeError } from "@trigate/native";
import { Command, CommanderError } from "commander";
import { EngineError } from "../errors/errors.ts";
import { systemClock } from "../platform/clock.ts";
import { engineVersion } from "../platform/engine-code.ts";
import { nodeFiles } from "../platform/files.ts";
import { strategyNames } from "../strategy/catalogue.ts";
import { backtestCommand, type CommandPorts } from "./backtest-command.ts";

/** Exit codes of the engine's command, the same as the agent's. */
export const EXIT = { passed: 0, failed: 1, usage: 2, internal: 70, interrupted: 130 } as const;

/** Where a command writes. */
export interface Output {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

const EXAMPLE = `
Example:
  trigate-engine backtest --data GOOG.csv --strategy ema-cross --param fast=10 --param slow=30 --cash 10000 --taker-fee-pips 1000

The CSV file has a header with time, open, high, low, close and volume. Strategies: ${strategyNames.join(", ")}, or the path
of a module whose default export makes one; such a module runs with your rights.
Exit codes: 0 done, 1 other results than --expect, 2 bad usage or data, 70 internal error, 130 interrupted.`;

/** Runs the engine's command line and gives the exit code. Never throws. `args` are those after the program's name. */
export async function main(args: readonly string[], output: Output, signal: AbortSignal): Promise<number> {
  const ports: CommandPorts = { files: nodeFiles, clock: systemClock, signal, print: output.out };
  try {
    await programOf(ports, output).parseAsync([...args], { from: "user" });
    return EXIT.passed;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.passed : EXIT.usage;
    return report(error, output);
  }
}

function programOf(ports: CommandPorts, output: Output): Command {
  const collect = (value: string, before: readonly string[]) => [...before, value];
  const program = new Command("trigate-engine")
    .description("Trading engine: backtests over candles.")
    .version(engineVersion())
    .exitOverride()
    .configureOutput({ writeOut: output.out, writeErr: output.error });
  program
    .command("backtest")
    .description("Run a strategy over candles of a CSV file.")
    .requiredOption("--data <file>", "CSV file of candles")
    .requiredOption("--strategy <name>", "built-in strategy, or path of a module")
    .option("--param <name=value>", "parameter of the strategy; may be repeated", collect, [])
    .option("--cash <amount>", "starting cash in the quote currency", "10000")
    .option("--tick-decimals <n>", "decimals of one price tick (the most in the file)")
    .option("--lot-decimals <n>", "decimals of one lot (0: whole pieces)")
    .option("--maker-fee-pips <n>", "fee of limit orders, 100 is 0.01 % (0)")
    .option("--taker-fee-pips <n>", "fee of market and stop orders (0)")
    .option("--slippage-ticks <n>", "market and stop orders come out up to n ticks worse, at random (0)")
    .option("--leverage <n>", "a position may be worth n times the equity (1)")
    .option("--seed <n>", "seed of the random numbers (1)")
    .option("--journal <file>", "write every order and execution there, one JSON object a line")
    .option("--expect <fingerprint>", "exit with 1 unless the run has this fingerprint")
    .option("--json", "print the report as JSON and nothing else")
    .addHelpText("after", EXAMPLE)
    .action((options: unknown) => backtestCommand(options, ports));
  return program;
}

function report(error: unknown, output: Output): number {
  if (error instanceof EngineError) {
    output.error(`${error.code}: ${error.message}\n`);
    if (error.code === "backtest/interrupted") return EXIT.interrupted;
    return error.code === "backtest/fingerprint-differs" ? EXIT.failed : EXIT.usage;
  }
  if (error instanceof NativeError) {
    output.error(`${error.code}: ${error.message}\n`);
    return EXIT.internal;
  }
  output.error(`internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return EXIT.internal;
}
