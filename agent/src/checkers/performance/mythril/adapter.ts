import { join } from "node:path";
import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { ReportedFinding, Severity } from "../../../core/finding.ts";
import { TrigateError } from "../../../errors/trigate-error.ts";
import { mkdir, writeFile } from "../../../platform/files.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { type HardhatBuild, hardhatBuilds, isHardhatProject } from "../../reading/hardhat-build.ts";
import { joinOutputs } from "../../reading/join-outputs.ts";
import { workingFolder, workspacePathOf } from "../../reading/report-path.ts";
import { TextPositions } from "../../reading/text-positions.ts";
import { expectedExit } from "../../reading/tool-failure.ts";
import { instructionPlaces, type MythrilIssue, parseMythrilJson } from "./parse.ts";

const Settings = z.strictObject({
  contracts: z
    .array(z.string())
    .default([])
    .describe("Names of the contracts to attack. Default: all that the sources in scope define."),
  seconds: z
    .int()
    .min(1)
    .max(86_400)
    .default(60)
    .describe("Time for each contract; what was not explored by then is said."),
  transactions: z.int().min(1).max(10).default(2).describe("Length of the sequences of transactions that it tries."),
});
type Settings = z.infer<typeof Settings>;

interface Contract {
  readonly name: string;
  /** Relative to the root. */
  readonly file: string;
  readonly bytecode: string;
  readonly sourceMap: string;
  /** Path of each source, relative to the project, by the compiler's number. */
  readonly sources: ReadonlyMap<number, string>;
}

/**
 * Mythril: symbolic execution of deployed bytecode, looking for transactions that harm. It gets the bytecode of a Hardhat
 * build, and what it finds is placed in the sources through the compiler's source map. Exit code 1 means issues.
 */
export const mythrilChecker = defineChecker<Settings>({
  id: "mythril",
  title: "Mythril: contract attacks",
  stage: "performance",
  feeds: ["vulnerabilities"],
  patterns: ["**/*.sol"],
  configFiles: ["**/hardhat.config.*"],
  handles: "project",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "python3 -m venv .venv && .venv/bin/pip install mythril 'setuptools<81'",
  locate: (find) => find.python("myth"),
  version: { args: ["version"], pattern: /v(\d+\.\d+\.\d+\S*)/ },
  // It takes a minute for each contract, so nobody gets it without asking for it.
  detect: async (_repository: RepositoryFacts) => undefined,
  check,
});

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  if (!(await isHardhatProject(context)))
    throw new TrigateError("checker/tool-failed", {
      tool: "mythril",
      exitCode: undefined,
      stderr: `there is no hardhat.config in ${context.options.cwd || "the root"}; set the check's "cwd" to the Hardhat project`,
      cwd: workingFolder(context),
    });
  const contracts = (await hardhatBuilds(context)).flatMap((build) => contractsOf(build, context));
  const missing = context.settings.contracts.filter((name) => !contracts.some((contract) => contract.name === name));
  const outputs: CheckOutput[] = [];
  for (const contract of contracts) outputs.push(await attack(contract, context));
  const joined = outputs.length === 0 ? { evidence: undefined, findings: [], problems: [] } : joinOutputs(outputs);
  return {
    ...joined,
    problems: [
      ...joined.problems,
      ...missing.map((name) => `mythril: no source in scope defines the contract ${name}`),
    ],
    filesLookedAt: joined.evidence === undefined ? undefined : context.files,
  };
}

/** Contracts with code that lie in scope; interfaces and abstract contracts have none. */
function contractsOf({ output }: HardhatBuild, context: CheckContext<Settings>): readonly Contract[] {
  const inScope = new Set(context.files);
  const wanted = new Set(context.settings.contracts);
  const sources = new Map(Object.entries(output.sources ?? {}).map(([path, { id }]) => [id, path]));
  return Object.entries(output.contracts ?? {}).flatMap(([path, contracts]) => {
    const file = workspacePathOf(context, path);
    if (file === undefined || !inScope.has(file)) return [];
    return Object.entries(contracts).flatMap(([name, { evm }]) => {
      const code = evm?.deployedBytecode;
      if (code === undefined || code.object === "" || (wanted.size > 0 && !wanted.has(name))) return [];
      return [{ name, file, bytecode: code.object, sourceMap: code.sourceMap ?? "", sources }];
    });
  });
}

async function attack(contract: Contract, context: CheckContext<Settings>): Promise<CheckOutput> {
  const { seconds, transactions } = context.settings;
  // It keeps a database of signatures in the user's home folder, and asks a service for more unless told not to.
  const home = join(context.scratch, "home");
  await mkdir(home, { recursive: true });
  const codeFile = join(context.scratch, `${contract.name}.hex`);
  await writeFile(codeFile, withoutPlaceholders(contract.bytecode));
  const output = await context.run(
    [
      ...context.tool,
      "analyze",
      "--codefile",
      codeFile,
      "--bin-runtime",
      "--no-onchain-data",
      "--outform",
      "jsonv2",
      "--execution-timeout",
      String(seconds),
      "--transaction-count",
      String(transactions),
      ...context.options.args,
    ],
    { env: { HOME: home, MYTHRIL_DIR: join(home, ".mythril") } },
  );
  const reported = output.stdout.trim() !== "";
  const exitCode = expectedExit(output, { tool: "mythril", exitCodes: [0, 1], reported }, context);
  const read = parseMythrilJson(output.stdout);
  if (!read.ok) return { evidence: undefined, findings: [], problems: [`mythril: ${contract.name}: ${read.problem}`] };
  const { issues, explored, errors } = read.value;
  const share = explored === undefined ? undefined : Math.floor(explored * 100);
  const findings = await Promise.all(issues.map((issue) => findingOf(issue, { contract, context })));
  return {
    // Without a single instruction executed, it did not look.
    evidence:
      share !== undefined && share > 0
        ? {
            files: 1,
            exitCode,
            summary: `${contract.name}: ${share} % of the instructions executed`,
            source: "tool",
          }
        : undefined,
    findings,
    problems: errors.map((error) => `mythril: ${contract.name}: ${error}`),
  };
}

/** Addresses of libraries that are not linked yet are `__$…$__`, which is no bytecode. */
function withoutPlaceholders(bytecode: string): string {
  return bytecode.replaceAll(/__\$?[^_]{34,38}_?_?/g, "0".repeat(40)).replace(/^0x/, "");
}

const SEVERITIES: Readonly<Record<string, Severity>> = { High: "error", Medium: "error", Low: "warning" };

async function findingOf(
  issue: MythrilIssue,
  { contract, context }: { contract: Contract; context: CheckContext<Settings> },
): Promise<ReportedFinding> {
  return {
    rule: issue.swc,
    severity: SEVERITIES[issue.severity] ?? "error",
    message: `${contract.name}: ${issue.title}. ${issue.message}`,
    ...(await placeOf(issue, { contract, context })),
    url: `https://swcregistry.io/docs/${encodeURIComponent(issue.swc)}`,
  };
}

/** What the instruction of an issue was compiled from; the contract's file where nobody knows. */
async function placeOf(
  { offset }: MythrilIssue,
  { contract, context }: { contract: Contract; context: CheckContext<Settings> },
): Promise<Pick<ReportedFinding, "file" | "range">> {
  const { file: own, bytecode, sourceMap, sources } = contract;
  const place = offset === undefined ? undefined : instructionPlaces(bytecode, sourceMap).get(offset);
  const source = place === undefined ? undefined : sources.get(place.source);
  const file = source === undefined ? undefined : workspacePathOf(context, source);
  if (place === undefined || file === undefined) return { file: own };
  const text = await context.readText(join(context.root, file));
  if (text === undefined) return { file };
  const positions = new TextPositions(text);
  const { start, length } = place;
  return { file, range: { start: positions.ofByteOffset(start), end: positions.ofByteOffset(start + length) } };
}
