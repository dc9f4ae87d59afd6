import { parse } from "yaml";
import { z } from "zod";
import { wordsOf } from "./command-words.ts";
import { type Imported, ImportedChecks } from "./imported-checks.ts";
import { GLOBS_OF_TYPE, KNOWN_TOOLS } from "./known-tools.ts";
import { globsOfRegex } from "./regex-to-globs.ts";

const Hook = z.looseObject({
  id: z.string(),
  entry: z.string().optional(),
  language: z.string().optional(),
  args: z.array(z.coerce.string()).default([]),
  files: z.string().optional(),
  exclude: z.string().optional(),
  types: z.array(z.string()).optional(),
  types_or: z.array(z.string()).optional(),
  stages: z.array(z.string()).optional(),
  pass_filenames: z.union([z.boolean(), z.number()]).default(true),
});
type Hook = z.infer<typeof Hook>;

const PreCommitConfig = z.looseObject({
  repos: z.array(z.looseObject({ repo: z.string(), hooks: z.array(Hook) })),
  files: z.string().optional(),
  exclude: z.string().optional(),
  default_stages: z.array(z.string()).optional(),
});

/** Stages of pre-commit in which code is judged; the others are about messages and branches, or asked for by hand. */
const JUDGING = new Set(["commit", "pre-commit", "push", "pre-push", "merge-commit", "pre-merge-commit"]);
const RUNNABLE = new Set(["system", "script", "unsupported", "unsupported_script", "python", "node"]);

/** Converts the text of a `.pre-commit-config.yaml`. Throws a `ZodError` or a YAML error for one that is none. */
export function importPreCommit(text: string): Imported {
  const config = PreCommitConfig.parse(parse(text));
  const checks = new ImportedChecks();
  if (config.files !== undefined && config.files !== "")
    checks.leaveOut("files", "the pattern for all hooks was not taken over; add it to the checks that need it");
  const excluded = globsFor("exclude", config.exclude, checks) ?? [];
  for (const { repo, hooks } of config.repos)
    for (const hook of hooks) addHook(hook, { repo, excluded, checks, stages: hook.stages ?? config.default_stages });
  return checks.result();
}

interface HookContext {
  readonly repo: string;
  readonly excluded: readonly string[];
  readonly checks: ImportedChecks;
  readonly stages: readonly string[] | undefined;
}

function addHook(hook: Hook, { repo, excluded, checks, stages }: HookContext): void {
  if (stages !== undefined && !stages.some((stage) => JUDGING.has(stage))) {
    checks.leaveOut(hook.id, `runs only at ${stages.join(", ")}, where nothing is judged`);
    return;
  }
  const before = globsFor(hook.id, hook.exclude, checks) ?? [];
  const scope: Scope = {
    exclude: [...excluded, ...before],
    files: globsFor(hook.id, hook.files, checks) ?? globsOfTypes(hook),
  };
  const isForeign = repo !== "local" || (hook.entry === undefined && KNOWN_TOOLS.has(hook.id));
  if (isForeign) addForeignHook(hook, scope, checks);
  else addOwnHook(hook, scope, checks);
}

interface Scope {
  readonly exclude: readonly string[];
  readonly files: readonly string[] | undefined;
}

/** A hook of another repository, which is known by its id alone. */
function addForeignHook({ id, args }: Hook, scope: Scope, checks: ImportedChecks): void {
  if (checks.addKnown(id, { name: id, args, ...scope })) return;
  checks.leaveOut(id, "no checker does what this hook does; keep it in pre-commit, or name its command in a check");
}

/** A hook of this repository, which names its command. */
function addOwnHook(hook: Hook, scope: Scope, checks: ImportedChecks): void {
  const { language = "system", entry = "" } = hook;
  if (!RUNNABLE.has(language)) {
    checks.leaveOut(hook.id, `language: ${language} is run by pre-commit alone`);
    return;
  }
  const words = wordsOf(entry);
  if (words === undefined || words.length === 0) {
    checks.leaveOut(
      hook.id,
      "its entry is more than a program and arguments; put it into a script and name that as the command of a check",
    );
    return;
  }
  checks.add({
    name: hook.id,
    words: [...words, ...hook.args],
    ...scope,
    passFiles: hook.pass_filenames !== false && hook.pass_filenames !== 0,
  });
}

function globsFor(what: string, regex: string | undefined, checks: ImportedChecks): readonly string[] | undefined {
  if (regex === undefined) return undefined;
  const globs = globsOfRegex(regex);
  if (globs === undefined)
    checks.leaveOut(what, `no globs say the same as the pattern ${JSON.stringify(regex)}; write them by hand`);
  return globs;
}

/** Globs of the hook's types, where the names of files show all of them. */
function globsOfTypes({ types, types_or: either }: Hook): readonly string[] | undefined {
  const named = (types ?? []).filter((type) => type !== "file" && type !== "text");
  // Types that all have to hold cannot be added up; those of which one is enough can.
  const wanted = named.length === 1 ? named : named.length === 0 ? (either ?? []) : [];
  const globs = wanted.map((type) => GLOBS_OF_TYPE[type]);
  return globs.length === 0 || globs.includes(undefined) ? undefined : globs.flatMap((own) => own ?? []);
}
