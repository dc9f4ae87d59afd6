import { dirname, join } from "node:path";
import { z } from "zod";
import { TrigateError } from "../../../errors/trigate-error.ts";
import { exists, mkdir, readdir, readTextIfThere, writeFile } from "../../../platform/files.ts";
import type { CheckContext } from "../../checker.ts";
import { hardhatRun } from "../../reading/hardhat-project.ts";
import { workingFolder } from "../../reading/report-path.ts";
import { toolFailure } from "../../reading/tool-failure.ts";

const BuildInfo = z.looseObject({
  id: z.string(),
  solcVersion: z.string(),
  solcLongVersion: z.string(),
  userSourceNameMap: z.record(z.string(), z.string()).optional(),
  input: z.looseObject({ sources: z.record(z.string(), z.looseObject({ content: z.string().optional() })) }),
  output: z.looseObject({}).optional(),
});
type BuildInfo = z.infer<typeof BuildInfo>;
const BuildOutput = z.looseObject({ output: z.looseObject({}) });

const CONFIG_NAMES = ["ts", "mts", "cts", "js", "mjs", "cjs"].map((extension) => `hardhat.config.${extension}`);

/** Whether the check's folder is a Hardhat project. */
export async function isHardhatProject(context: CheckContext): Promise<boolean> {
  const folder = workingFolder(context);
  for (const name of CONFIG_NAMES) if (await exists(join(folder, name))) return true;
  return false;
}

/**
 * Compiles with the project's own Hardhat and leaves its artifacts where Slither reads them. Slither (crytic-compile
 * 0.4.2) knows the form of Hardhat 2; Hardhat 3 keeps a build's input and output apart and names the project's own files
 * `project/…`, so both are put into the older form. Gives the folder of artifacts. Throws `checker/tool-failed`.
 */
export async function hardhatArtifacts(context: CheckContext): Promise<string> {
  const run = hardhatRun(context);
  const program = await hardhatProgram(context);
  const built = await run([...program, "build"]);
  if (built.exitCode !== 0)
    throw toolFailure("hardhat build", { ...built, stderr: `${built.stderr}\n${built.stdout}` }, context);
  const folder = join(workingFolder(context), "artifacts", "build-info");
  const names = (await exists(folder)) ? await readdir(folder) : [];
  const target = join(context.scratch, "artifacts", "build-info");
  await mkdir(target, { recursive: true });
  let written = 0;
  for (const name of names.filter((file) => file.endsWith(".json") && !file.endsWith(".output.json"))) {
    const info = BuildInfo.parse(JSON.parse((await readTextIfThere(join(folder, name))) ?? "null"));
    if (!(await isCurrent(info, context))) continue;
    await writeFile(join(target, name), await inOldForm(info, join(folder, name.replace(/\.json$/, ".output.json"))));
    written++;
  }
  if (written === 0)
    throw failed(context, `there is no build of the present sources in ${join("artifacts", "build-info")}`);
  return join(context.scratch, "artifacts");
}

/** Older builds stay in the folder; Slither would judge all of them. */
async function isCurrent({ input, userSourceNameMap = {} }: BuildInfo, context: CheckContext): Promise<boolean> {
  for (const [path, sourceName] of Object.entries(userSourceNameMap)) {
    const built = input.sources[sourceName]?.content;
    if (built !== undefined && built !== (await context.readText(path))) return false;
  }
  return true;
}

async function inOldForm(info: BuildInfo, outputFile: string): Promise<string> {
  if (info.output !== undefined) return JSON.stringify(info);
  const { output } = BuildOutput.parse(JSON.parse((await readTextIfThere(outputFile)) ?? "null"));
  const { id, solcVersion, solcLongVersion, input } = info;
  const old = { _format: "hh-sol-build-info-1", id, solcVersion, solcLongVersion, input, output };
  return JSON.stringify(withOwnNames(old));
}

/** The same value with `project/src/A.sol` called `src/A.sol`, in keys and in the syntax trees' paths. */
function withOwnNames(value: unknown): unknown {
  if (typeof value === "string") return value.startsWith("project/") ? value.slice("project/".length) : value;
  if (Array.isArray(value)) return value.map(withOwnNames);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key.startsWith("project/") ? key.slice("project/".length) : key,
      // The text of a source is nobody's path.
      key === "content" ? part : withOwnNames(part),
    ]),
  );
}

const Manifest = z.object({ bin: z.union([z.string(), z.record(z.string(), z.string())]) });

/** Hardhat of the nearest `node_modules`, started with the Node that runs the agent. */
async function hardhatProgram(context: CheckContext): Promise<readonly string[]> {
  for (let folder = workingFolder(context); ; folder = dirname(folder)) {
    const home = join(folder, "node_modules", "hardhat");
    const manifest = await readTextIfThere(join(home, "package.json"));
    if (manifest !== undefined) {
      const { bin } = Manifest.parse(JSON.parse(manifest));
      const script = typeof bin === "string" ? bin : bin["hardhat"];
      if (script !== undefined) return [process.execPath, join(home, script)];
    }
    if (dirname(folder) === folder) throw failed(context, "Hardhat is not installed; run: npm install");
  }
}

function failed(context: CheckContext, stderr: string): TrigateError<"checker/tool-failed"> {
  return new TrigateError("checker/tool-failed", {
    tool: "slither",
    exitCode: undefined,
    stderr,
    cwd: workingFolder(context),
  });
}
