import { parse } from "yaml";
import { z } from "zod";
import { type Imported, ImportedChecks } from "./imported-checks.ts";
import { globsOfRegex } from "./regex-to-globs.ts";

const Several = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const Command = z.looseObject({
  name: z.string().optional(),
  run: z.string().optional(),
  script: z.string().optional(),
  glob: Several.optional(),
  exclude: z.union([z.string(), z.array(z.string())]).optional(),
  root: z.string().optional(),
  group: z.unknown().optional(),
});
type Command = z.infer<typeof Command>;
const GitHook = z.looseObject({
  commands: z.record(z.string(), Command).default({}),
  jobs: z.array(Command).default([]),
  scripts: z.record(z.string(), z.unknown()).default({}),
});
const Group = z.looseObject({ jobs: z.array(Command).default([]) });

const JUDGING = ["pre-commit", "pre-push"];
const GIT_HOOKS = [
  "commit-msg",
  "prepare-commit-msg",
  "post-checkout",
  "post-commit",
  "post-merge",
  "post-rewrite",
  "pre-rebase",
];
/** Where lefthook puts files; a command without it looks at what it likes. */
const FILES = /\s*["']?\{(?:staged_files|push_files|all_files|files)\}["']?/g;

/** Converts the text of a `lefthook.yml`. Throws a `ZodError` or a YAML error for one that is none. */
export function importLefthook(text: string): Imported {
  const config = z.record(z.string(), z.unknown()).parse(parse(text));
  const checks = new ImportedChecks();
  for (const key of ["extends", "remotes", "remote"])
    if (key in config) checks.leaveOut(key, "what it brings in was not read; import those files by themselves");
  for (const hook of GIT_HOOKS) if (hook in config) checks.leaveOut(hook, "runs where nothing is judged");
  for (const hook of JUDGING.filter((name) => name in config)) {
    const { commands, jobs, scripts } = GitHook.parse(config[hook]);
    for (const [name, command] of Object.entries(commands)) addCommand(checks, { ...command, name });
    addJobs(checks, jobs);
    for (const script of Object.keys(scripts))
      checks.leaveOut(script, `a script of lefthook; name it as the command of a check: .lefthook/${hook}/${script}`);
  }
  return checks.result();
}

function addJobs(checks: ImportedChecks, jobs: readonly Command[]): void {
  for (const job of jobs) {
    if (job.group === undefined) addCommand(checks, job);
    else
      addJobs(
        checks,
        Group.parse(job.group).jobs.map((inner) => ({ root: job.root, glob: job.glob, ...inner })),
      );
  }
}

function addCommand(checks: ImportedChecks, { name, run, script, glob, exclude, root }: Command): void {
  const what = name ?? script ?? run?.split(/\s+/).slice(0, 2).join(" ") ?? "a job without a name";
  if (run === undefined) {
    checks.leaveOut(what, "a script of lefthook; name it as the command of a check");
    return;
  }
  if (/\{(?!staged_files|push_files|all_files|files)\w+\}/.test(run)) {
    checks.leaveOut(what, "is handed what git hands to hooks");
    return;
  }
  const hasFiles = new RegExp(FILES).test(run);
  checks.addLine(run.replaceAll(FILES, ""), {
    name: what,
    files: glob?.map(anywhere),
    exclude: excludedBy(exclude, { what, checks }),
    cwd: root?.replace(/\/$/, ""),
    passFiles: hasFiles,
  });
}

/** Older versions take an expression, newer ones a list of globs. */
function excludedBy(
  exclude: Command["exclude"],
  { what, checks }: { what: string; checks: ImportedChecks },
): readonly string[] | undefined {
  if (typeof exclude !== "string") return exclude?.map(anywhere);
  const globs = globsOfRegex(exclude);
  if (globs === undefined)
    checks.leaveOut(what, `no globs say the same as the pattern ${JSON.stringify(exclude)}; write them by hand`);
  return globs;
}

/** A star of lefthook's also stands for slashes. */
function anywhere(glob: string): string {
  return glob.includes("/") ? glob : `**/${glob}`;
}
