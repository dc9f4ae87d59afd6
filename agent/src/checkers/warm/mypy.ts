import { z } from "zod";
import { toolCacheFolder } from "../../platform/tool-cache.ts";
import type { CheckContext, ToolOutput } from "../checker.ts";
import { OUTPUT_OPTIONS, targetsOf } from "../static/mypy/arguments.ts";
import type { WarmQuestion, WarmTool } from "../warm-tool.ts";
import { DMYPY_SCRIPT } from "./mypy-script.ts";

const Settings = z.object({ paths: z.array(z.string()).optional() });

const Answer = z.discriminatedUnion("ready", [
  z.object({ ready: z.literal(false) }),
  z.object({ ready: z.literal(true), out: z.string(), err: z.string(), status: z.int() }),
]);

/**
 * dmypy, mypy's own daemon: the errors of the one file, as far as what was saved everywhere goes. Other files' errors, which a
 * change may make or mend, only the command line's run brings up to date, so that still runs after a save. Until the daemon
 * has checked everything once the command line answers alone.
 */
export const mypyWarm: WarmTool<CheckContext> = {
  unsaved: false,
  budgetMs: 1_000,
  start: async (context) => {
    const python = await interpreterOf(context);
    if (python === undefined) return undefined;
    const { root, options, settings, readText } = context;
    const folder = toolCacheFolder(root, "dmypy", [options.id, options.cwd]);
    const targets = await targetsOf(Settings.parse(settings).paths, readText);
    const own = [folder, String(OUTPUT_OPTIONS.length), ...OUTPUT_OPTIONS, ...targets];
    return { argv: [...python, "-X", "utf8", "-c", DMYPY_SCRIPT, ...own], speaks: "lsp" };
  },
  check,
};

/** The Python that runs mypy, where its one script tells. */
async function interpreterOf({ tool, readText }: CheckContext): Promise<readonly string[] | undefined> {
  const [script] = tool;
  // Nothing would end the daemon with the agent there.
  if (script === undefined || tool.length > 1 || process.platform === "win32") return undefined;
  return interpreterIn((await readText(script)) ?? "");
}

/** What a script names in its first line, or in its second one where the path is too long for the first. */
function interpreterIn(script: string): readonly string[] | undefined {
  const [first = "", second = ""] = script.split("\n", 2);
  const long = /^'''exec' "?([^"]+?)"? "\$0"/.exec(second)?.[1];
  if (long !== undefined) return [long];
  const words = /^#!\s*(.+)$/.exec(first)?.[1]?.trim().split(/\s+/) ?? [];
  return words.some((word) => /\bpython[\d.]*$/.test(word)) ? words : undefined;
}

async function check({ context, document, session, adapter }: WarmQuestion<CheckContext>) {
  const answer = Answer.parse(await session.ask("check", {}));
  if (!answer.ready) return undefined;
  const printed: ToolOutput = { exitCode: answer.status, stdout: answer.out, stderr: answer.err };
  const output = await adapter({ ...context, run: async () => printed });
  return {
    output: { ...output, findings: output.findings.filter(({ file }) => file === document.file) },
    isWhole: false,
  };
}
