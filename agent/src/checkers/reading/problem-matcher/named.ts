/** A pattern of a named matcher; the keys are those of VS Code's problem matchers. */
export interface NamedPattern {
  readonly regexp: string;
  readonly flags?: string;
  readonly kind?: "location" | "file";
  readonly file?: number;
  readonly location?: number;
  readonly line?: number;
  readonly column?: number;
  readonly severity?: number;
  readonly code?: number;
  readonly message?: number;
  readonly loop?: boolean;
}

export interface NamedMatcher {
  readonly owner: string;
  readonly severity?: "error" | "warning" | "info";
  readonly pattern: NamedPattern | NamedPattern[];
}

const TSC: NamedMatcher = {
  owner: "typescript",
  // Plain `a.ts(1,7): error TS1: …` and pretty `a.ts:1:7 - error TS1: …`.
  pattern: {
    regexp: String.raw`^(\S.*?)[(:](\d+)[,:](\d+)(?:\):|\s+-)\s+(error|warning|info|message)\s+(TS\d+):\s*(.*)$`,
    file: 1,
    line: 2,
    column: 3,
    severity: 4,
    code: 5,
    message: 6,
  },
};

const JSHINT_STYLISH: NamedMatcher = {
  owner: "jshint",
  pattern: [
    { regexp: String.raw`^(\S.*)$`, file: 1 },
    {
      regexp: String.raw`^\s+line\s+(\d+)\s+col\s+(\d+)\s+(\S.*?)(?:\s+\(([A-Z])(\d+)\))?$`,
      line: 1,
      column: 2,
      message: 3,
      severity: 4,
      code: 5,
      loop: true,
    },
  ],
};

/** Written from what the tools print, under the names that VS Code uses. */
const NAMED: Readonly<Record<string, NamedMatcher>> = {
  $tsc: TSC,
  "$tsc-watch": TSC,
  $gcc: {
    owner: "gcc",
    pattern: {
      regexp: String.raw`^(.+?):(\d+):(?:(\d+):)?\s+(?:fatal\s+)?(error|warning|note|info):\s+(.*?)(?:\s+\[(-W[^\]]+|[a-z][\w.,-]+)\])?$`,
      file: 1,
      line: 2,
      column: 3,
      severity: 4,
      message: 5,
      code: 6,
    },
  },
  "$eslint-compact": {
    owner: "eslint",
    pattern: {
      regexp: String.raw`^(.+?): line (\d+), col (\d+), (Error|Warning|Info) - (.+?)(?: \(([^()]+)\))?$`,
      file: 1,
      line: 2,
      column: 3,
      severity: 4,
      message: 5,
      code: 6,
    },
  },
  "$eslint-stylish": {
    owner: "eslint",
    pattern: [
      { regexp: String.raw`^(\S.*)$`, file: 1 },
      {
        regexp: String.raw`^\s+(\d+):(\d+)\s+(error|warning|info)\s+(\S.*?)(?:\s{2,}(\S+))?$`,
        line: 1,
        column: 2,
        severity: 3,
        message: 4,
        code: 5,
        loop: true,
      },
    ],
  },
  $go: {
    owner: "go",
    pattern: {
      regexp: String.raw`^(?:vet: )?((?:[A-Za-z]:)?[^\s:][^:]*\.go):(\d+):(?:(\d+):)?\s+(.*)$`,
      file: 1,
      line: 2,
      column: 3,
      message: 4,
    },
  },
  $msCompile: {
    owner: "msCompile",
    pattern: {
      regexp: String.raw`^\s*(?:\d+>)?\s*(\S.*?)\((\d+(?:,\d+){0,3})\)\s*:\s+(?:fatal\s+)?(error|warning|info|note)\s*([A-Za-z]+\d+)?\s*:\s*(.*?)(?:\s+\[[^\]]+\])?$`,
      file: 1,
      location: 2,
      severity: 3,
      code: 4,
      message: 5,
    },
  },
  $lessc: {
    owner: "less",
    pattern: {
      regexp: String.raw`^\s*(\S.*?)\s+in\s+(\S.*?)\s+on\s+line\s+(\d+),\s+column\s+(\d+):?\s*$`,
      message: 1,
      file: 2,
      line: 3,
      column: 4,
    },
  },
  $jshint: {
    owner: "jshint",
    pattern: {
      regexp: String.raw`^(.+?): line (\d+), col (\d+), (.+?)(?: \(([A-Z])(\d+)\))?$`,
      file: 1,
      line: 2,
      column: 3,
      message: 4,
      severity: 5,
      code: 6,
    },
  },
  "$jshint-stylish": JSHINT_STYLISH,
  $rustc: {
    owner: "rustc",
    pattern: [
      { regexp: String.raw`^(error|warning)(?:\[(\w+)\])?: (.*)$`, severity: 1, code: 2, message: 3 },
      { regexp: String.raw`^\s*--> (.+?):(\d+):(\d+)$`, file: 1, line: 2, column: 3 },
    ],
  },
};

export const NAMED_MATCHER_NAMES: readonly string[] = Object.keys(NAMED);

export function isNamedMatcher(name: string): boolean {
  return Object.hasOwn(NAMED, name);
}

/** The matcher of a name such as `$gcc`; `undefined` for a name that is unknown. */
export function namedMatcher(name: string): NamedMatcher | undefined {
  return Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
}
