import type { Checker, CheckContext, CheckOptions, ToolOutput } from "../checker.ts";

export interface FakeRun {
  readonly files?: readonly string[];
  readonly partial?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly options?: Partial<CheckOptions>;
  /** Path → text, as the tool or the workspace would have left it. */
  readonly texts?: Readonly<Record<string, string>>;
  /** What the tool answers, call by call; the last answer is repeated. */
  readonly answers?: readonly ToolOutput[];
  /** A report that is taken in instead of starting the tool. */
  readonly taken?: CheckContext["taken"];
}

/** A context whose tool answers from a recording; `calls` keeps the argument vectors that were started. */
export function fakeContext(
  checker: Checker,
  { files = [], partial = false, settings = {}, options = {}, texts = {}, answers = [], taken }: FakeRun,
): CheckContext & { readonly calls: string[][] } {
  const calls: string[][] = [];
  return {
    calls,
    root: "/repo",
    files,
    partial,
    options: {
      id: checker.id,
      cwd: "",
      suite: "unit",
      command: undefined,
      args: [],
      coverage: undefined,
      report: {},
      timeoutMs: 1000,
      ...options,
    },
    settings: checker.settings.parse(settings),
    tool: [checker.id],
    scratch: "/scratch",
    ...(taken === undefined ? {} : { taken }),
    signal: new AbortController().signal,
    readText: async (path) => texts[path] ?? texts[path.replace("/repo/", "")],
    run: async (argv) => {
      calls.push([...argv]);
      const answer = answers[calls.length - 1] ?? answers.at(-1);
      if (answer === undefined) throw new Error("the test gave the tool no answer");
      return answer;
    },
  };
}
