import type { Checker } from "./checker.ts";
import { biomeChecker } from "./static/biome/adapter.ts";
import { oxlintChecker } from "./static/oxlint/adapter.ts";
import { tscChecker } from "./static/tsc/adapter.ts";

/** Every checker there is, by id. A new tool is one folder and one line here. */
const ALL: readonly Checker[] = [biomeChecker, oxlintChecker, tscChecker];

export const CHECKERS: ReadonlyMap<string, Checker> = new Map(ALL.map((checker) => [checker.id, checker]));
