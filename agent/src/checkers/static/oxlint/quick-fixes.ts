import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { z } from "zod";
import type { Fix, Range, ReportedFinding } from "../../../core/finding.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import type { CheckContext } from "../../checker.ts";
import { plainLine } from "../../reading/plain-text.ts";
import { readJson } from "../../reading/read-json.ts";
import { workingFolder } from "../../reading/report-path.ts";
import type { TextPositions } from "../../reading/text-positions.ts";

/** Oxlint's JSON carries no edits; only its language server does. More findings than this are not asked for: nobody fixes them one by one. */
export const MOST_FINDINGS = 200;

/**
 * Talks to a language server from beginning to end: reads `{ argv, steps }` from its input, sends each step in turn and
 * prints the results of the requests as one array. It is a program of its own because a tool's input is given whole,
 * while a server drops what it has not answered when its input ends. The text is fixed: nothing from outside is put into it.
 */
const CONVERSATION = `
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
const { argv, steps } = JSON.parse(await text(process.stdin));
const server = spawn(argv[0], argv.slice(1), { stdio: ["pipe", "pipe", "inherit"] });
let received = Buffer.alloc(0);
const waiting = new Map();
const send = (message) => {
  const body = JSON.stringify({ jsonrpc: "2.0", ...message });
  server.stdin.write("Content-Length: " + Buffer.byteLength(body) + "\\r\\n\\r\\n" + body);
};
server.stdin.on("error", () => {});
server.on("error", () => process.exit(1));
server.on("exit", (code) => process.exit(code ?? 1));
server.stdout.on("data", (chunk) => {
  received = Buffer.concat([received, chunk]);
  for (;;) {
    const headerEnd = received.indexOf("\\r\\n\\r\\n");
    if (headerEnd < 0) return;
    const length = Number(/content-length: *([0-9]+)/i.exec(received.toString("latin1", 0, headerEnd))?.[1]);
    if (received.length < headerEnd + 4 + length) return;
    const message = JSON.parse(received.toString("utf8", headerEnd + 4, headerEnd + 4 + length));
    received = received.subarray(headerEnd + 4 + length);
    if (message.method === undefined) waiting.get(message.id)?.(message.result ?? null);
    else if (message.id !== undefined) send({ id: message.id, result: message.method === "workspace/configuration" ? message.params.items.map(() => null) : null });
  }
});
const results = [];
let id = 0;
for (const { method, params, notify } of steps) {
  if (notify) { send({ method, params }); continue; }
  const current = ++id;
  const answer = new Promise((resolve) => waiting.set(current, resolve));
  send({ id: current, method, params });
  results.push(await answer);
}
process.stdout.write(JSON.stringify(results), () => { send({ method: "exit" }); });
`;

const Place = z.object({ line: z.int().nonnegative(), character: z.int().nonnegative() });
const Edit = z.object({ range: z.object({ start: Place, end: Place }), newText: z.string() });
const Action = z.object({
  title: z.string(),
  isPreferred: z.boolean().optional(),
  edit: z.object({ changes: z.record(z.string(), z.array(Edit)).optional() }).optional(),
});
type Action = z.infer<typeof Action>;
const Results = z.array(z.unknown());

export interface FixRequest {
  readonly typeAware: boolean;
  readonly config: string | undefined;
  /** Also the edits that may change what the program does. */
  readonly suggestions: boolean;
}

/**
 * Adds fixes to findings, taken from Oxlint's language server over the same files. A server that cannot be talked to only
 * means that there are no fixes: the findings stand by themselves.
 */
export async function withQuickFixes(
  context: CheckContext,
  input: {
    readonly findings: readonly ReportedFinding[];
    readonly sources: ReadonlyMap<string, TextPositions>;
    readonly request: FixRequest;
  },
): Promise<readonly ReportedFinding[]> {
  const [node] = context.tool;
  const fixable = input.findings
    .filter(({ file, range }) => range !== undefined && input.sources.has(file))
    .slice(0, MOST_FINDINGS);
  if (node === undefined || context.tool.length < 2 || fixable.length === 0) return input.findings;
  const steps = stepsFor(context, { ...input, fixable });
  const answers = await converse(context, { node, steps });
  const fixes = new Map<ReportedFinding, Fix>();
  fixable.forEach((finding, index) => {
    const fix = fixOfAction(answers[index + 1], { finding, uri: uriOf(context, finding.file) });
    if (fix !== undefined) fixes.set(finding, fix);
  });
  return input.findings.map((finding) => ({ ...finding, fix: fixes.get(finding) }));
}

async function converse(
  context: CheckContext,
  { node, steps }: { readonly node: string; readonly steps: readonly unknown[] },
): Promise<readonly unknown[]> {
  const argv = [node, "--input-type=module", "--eval", CONVERSATION];
  try {
    const { exitCode, stdout } = await context.run(argv, {
      stdin: JSON.stringify({ argv: [...context.tool, "--lsp"], steps }),
    });
    const read = exitCode === 0 ? readJson(stdout, Results) : undefined;
    return read?.ok ? read.value : [];
  } catch (error) {
    if (isTrigateError(error, "run/cancelled") || context.signal.aborted) throw error;
    return [];
  }
}

function uriOf(context: CheckContext, file: string): string {
  return pathToFileURL(join(context.root, file)).href;
}

/** What the server is told about a workspace. */
export function serverOptions({ typeAware, config, suggestions }: FixRequest): Readonly<Record<string, unknown>> {
  return {
    run: "onType",
    typeAware,
    configPath: config ?? null,
    fixKind: suggestions ? "safe_fix_or_suggestion" : "safe_fix",
  };
}

interface StepsInput {
  readonly fixable: readonly ReportedFinding[];
  readonly sources: ReadonlyMap<string, TextPositions>;
  readonly request: FixRequest;
}

function stepsFor(context: CheckContext, { fixable, sources, request }: StepsInput): readonly unknown[] {
  const uri = pathToFileURL(workingFolder(context)).href;
  const options = serverOptions(request);
  const initialize = {
    processId: null,
    rootUri: uri,
    workspaceFolders: [{ uri, name: "workspace" }],
    initializationOptions: [{ workspaceUri: uri, options }],
    capabilities: {
      textDocument: { codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix"] } } } },
    },
  };
  const opened = [...new Set(fixable.map(({ file }) => file))].map((file) => ({
    notify: true,
    method: "textDocument/didOpen",
    params: {
      textDocument: {
        uri: uriOf(context, file),
        languageId: languageOf(file),
        version: 1,
        text: sources.get(file)?.text ?? "",
      },
    },
  }));
  const asked = fixable.map(({ file, range }) => ({
    method: "textDocument/codeAction",
    params: {
      textDocument: { uri: uriOf(context, file) },
      range: range === undefined ? undefined : zeroBased(range),
      context: { diagnostics: [], only: ["quickfix"] },
    },
  }));
  return [
    { method: "initialize", params: initialize },
    { notify: true, method: "initialized", params: {} },
    ...opened,
    ...asked,
    { method: "shutdown" },
  ];
}

function zeroBased({ start, end = start }: Range): unknown {
  const place = ({ line, column }: Range["start"]) => ({ line: line - 1, character: column - 1 });
  return { start: place(start), end: place(end) };
}

export function languageOf(file: string): string {
  if (/\.[cm]?tsx$/.test(file)) return "typescriptreact";
  if (/\.[cm]?ts$/.test(file)) return "typescript";
  return file.endsWith("x") ? "javascriptreact" : "javascript";
}

/**
 * The actions at a range belong to every diagnostic there. Oxlint lists a diagnostic's own edits first and then the two
 * that would switch its rule off, which name the rule; that tells whose edits they are.
 */
export function fixOfAction(
  answer: unknown,
  { finding, uri }: { readonly finding: ReportedFinding; readonly uri: string },
): Fix | undefined {
  const actions = z.array(Action).safeParse(answer);
  if (!actions.success) return undefined;
  let own: Action[] = [];
  for (const action of actions.data) {
    const [, disabled] = /^Disable (\S+) for this (line|whole file)/.exec(action.title) ?? [];
    if (disabled === undefined) {
      own.push(action);
      continue;
    }
    if (own.length > 0 && namesRule(disabled, finding.rule))
      return asFix(own.find(({ isPreferred }) => isPreferred) ?? own[0], uri);
    own = [];
  }
  return undefined;
}

/** Oxlint writes a rule with or without its plugin, here otherwise than there. */
function namesRule(written: string, rule: string): boolean {
  const shortName = rule.split("/").at(-1) ?? rule;
  return written === shortName || written.endsWith(`/${shortName}`);
}

function asFix(action: Action | undefined, uri: string): Fix | undefined {
  const changes = Object.entries(action?.edit?.changes ?? {});
  const [change] = changes;
  if (action === undefined || change === undefined || changes.length > 1 || !isSameFile(change[0], uri))
    return undefined;
  const edits = change[1].map(({ range, newText }) => ({
    range: {
      start: { line: range.start.line + 1, column: range.start.character + 1 },
      end: { line: range.end.line + 1, column: range.end.character + 1 },
    },
    newText,
  }));
  return { title: plainLine(action.title), edits };
}

/** The server may write the same address with other escapes. */
function isSameFile(one: string, other: string): boolean {
  return one === other || (one.startsWith("file:") && fileURLToPath(one) === fileURLToPath(other));
}
