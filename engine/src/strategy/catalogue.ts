import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { EngineError } from "../errors/errors.ts";
import { BuyAndHold, HoldParameters } from "./buy-and-hold.ts";
import { CrossParameters, MovingAverageCross } from "./moving-average-cross.ts";
import { Strategy } from "./strategy.ts";

/** Makes a strategy from parameters that the user wrote. Throws strategy/bad-parameters. */
export type StrategyFactory = (parameters: Readonly<Record<string, unknown>>) => Strategy;

function parsed<S extends z.ZodType>(
  name: string,
  schema: S,
  make: (parameters: z.output<S>) => Strategy,
): StrategyFactory {
  return (parameters) => {
    const result = schema.safeParse(parameters);
    if (result.success) return make(result.data);
    const problems = result.error.issues.map((issue) =>
      [issue.path.join("."), issue.message].filter(Boolean).join(" "),
    );
    throw new EngineError("strategy/bad-parameters", { strategy: name, problems });
  };
}

const BUILT_IN: Readonly<Record<string, StrategyFactory>> = {
  "buy-and-hold": parsed("buy-and-hold", HoldParameters, (parameters) => new BuyAndHold(parameters)),
  "ema-cross": parsed("ema-cross", CrossParameters, (parameters) => new MovingAverageCross("ema", parameters)),
  "sma-cross": parsed("sma-cross", CrossParameters, (parameters) => new MovingAverageCross("sma", parameters)),
};

/** The names of the strategies that come with the engine. */
export const strategyNames: readonly string[] = Object.keys(BUILT_IN);

const StrategyModule = z.object({
  default: z.custom<(parameters: Readonly<Record<string, unknown>>) => unknown>((value) => typeof value === "function"),
});

/**
 * Finds a strategy: a built-in name, or the path of a module whose default export takes the parameters and gives a
 * Strategy. The module is run with the rights of this process. Error: strategy/not-found.
 */
export async function findStrategy(name: string): Promise<StrategyFactory> {
  const builtIn = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined;
  if (builtIn !== undefined) return builtIn;
  const notFound = (reason: string, cause?: unknown) =>
    new EngineError("strategy/not-found", { name, known: strategyNames, reason }, { cause });
  if (!/\.(ts|js|mjs)$/.test(name)) throw notFound("it is no built-in name and no .ts, .js or .mjs file");
  const imported: unknown = await import(pathToFileURL(resolve(name)).href).catch((error: unknown) => {
    throw notFound(error instanceof Error ? error.message : String(error), error);
  });
  const module = StrategyModule.safeParse(imported);
  if (!module.success) throw notFound("the module has no function as its default export");
  return (parameters) => {
    const made = module.data.default(parameters);
    if (made instanceof Strategy) return made;
    throw notFound("its default export gave something that is not a Strategy");
  };
}
