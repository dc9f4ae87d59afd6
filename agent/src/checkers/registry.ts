import type { Checker } from "./checker.ts";
import { biomeChecker } from "./static/biome/adapter.ts";
import { oxlintChecker } from "./static/oxlint/adapter.ts";
import { ruffChecker, ruffFormatChecker } from "./static/ruff/adapter.ts";
import { tscChecker } from "./static/tsc/adapter.ts";

const ALL: readonly Checker[] = [biomeChecker, oxlintChecker, ruffChecker, ruffFormatChecker, tscChecker];

/** Every checker that there is, by its id. */
export const CHECKERS: ReadonlyMap<string, Checker> = new Map(ALL.map((checker) => [checker.id, checker]));
