import { dirname, join } from "node:path";
import { z } from "zod";
import { TrigateError } from "../../errors/trigate-error.ts";
import { exists, readdir, readTextIfThere } from "../../platform/files.ts";
import type { CheckContext } from "../checker.ts";
import { hardhatRun } from "./hardhat-project.ts";
import { workingFolder } from "./report-path.ts";
import { toolFailure } from "./tool-failure.ts";

const Bytecode = z.looseObject({ object: z.string(), sourceMap: z.string().nullish() });
const Output = z.looseObject({
  sources: z.record(z.string(), z.looseObject({ id: z.int() })).optional(),
  contracts: z
    .record(
      z.string(),
      z.record(z.string(), z.looseObject({ evm: z.looseObject({ deployedBytecode: Bytecode }).optional() })),
    )
    .optional(),
});
const BuildInfo = z.looseObject({
  id: z.string(),
  solcVersion: z.string(),
  solcLongVersion: z.string(),
  userSourceNameMap: z.record(z.string(), z.string()).optional(),
  input: z.looseObject({ sources: z.record(z.string(), z.looseObject({ content: z.string().optional() })) }),
  output: Output.optional(),
});
const SeparateOutput = z.looseObject({ output: Output });

/** One compilation of a Hardhat project, whichever version's form it had. */
export interface HardhatBuild extends z.infer<typeof BuildInfo> {
  readonly output: z.infer<typeof Output>;
}

const CONFIG_NAMES = ["ts", "mts", "cts", "js", "mjs", "cjs"].map((extension) => `hardhat.config.${extension}`);

/** Whether the check's folder is a Hardhat project. */
export async function isHardhatProject(context: CheckContext): Promise<boolean> {
  const folder = workingFolder(context);
  for (const name of CONFIG_NAMES) if (await exists(join(folder, name))) return true;
  return false;
}

/**
 * Compiles with the project's own Hardhat and gives the builds of the present sources; older ones stay in the folder and
 * are left out. In names of sources the prefix `project/` of Hardhat 3 is taken off, so that they are paths in the
 * project. Throws `checker/tool-failed`.
 */
export async function hardhatBuilds(context: CheckContext): Promise<readonly HardhatBuild[]> {
  const program = await hardhatProgram(context);
  const built = await hardhatRun(context)([...program, "build"]);
  if (built.exitCode !== 0)
    throw toolFailure("hardhat build", { ...built, stderr: `${built.stderr}\n${built.stdout}` }, context);
  const folder = join(workingFolder(context), "artifacts", "build-info");
  const names = (await exists(folder)) ? await readdir(folder) : [];
  const builds: HardhatBuild[] = [];
  for (const name of names.filter((file) => file.endsWith(".json") && !file.endsWith(".output.json"))) {
    const info = BuildInfo.parse(await readJsonFile(join(folder, name)));
    if (!(await isCurrent(info, context))) continue;
    // Hardhat 3 keeps what went in and what came out apart.
    const separate = join(folder, name.replace(/\.json$/, ".output.json"));
    const output = info.output ?? SeparateOutput.parse(await readJsonFile(separate)).output;
    builds.push(HardhatBuildForm.parse(withOwnNames({ ...info, output })));
  }
  if (builds.length === 0)
    throw failed(context, `there is no build of the present sources in ${join("artifacts", "build-info")}`);
  return builds;
}

const HardhatBuildForm = BuildInfo.extend({ output: Output });

async function readJsonFile(path: string): Promise<unknown> {
  return JSON.parse((await readTextIfThere(path)) ?? "null");
}

/** Whether the project's own files still read as they did when they were compiled. */
async function isCurrent(
  { input, userSourceNameMap = {} }: z.infer<typeof BuildInfo>,
  context: CheckContext,
): Promise<boolean> {
  for (const [path, sourceName] of Object.entries(userSourceNameMap)) {
    const built = input.sources[sourceName]?.content;
    if (built !== undefined && built !== (await context.readText(path))) return false;
  }
  return true;
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
    tool: "hardhat build",
    exitCode: undefined,
    stderr,
    cwd: workingFolder(context),
  });
}
