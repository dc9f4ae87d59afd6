import { plainLine } from "../../reading/plain-text.ts";

export interface ClangFormatOutput {
  /** Paths of the files that would be written differently. */
  readonly unformatted: readonly string[];
  /** How many files it says it went through. */
  readonly files: number;
  readonly problems: readonly string[];
}

const DIAGNOSTIC = /^(.+?):\d+:\d+: (?:error|warning): .*\[-Wclang-format-violations\]$/;

/** Reads what `clang-format --verbose --dry-run -Werror` prints to standard error. Never throws. */
export function parseClangFormat(stderr: string): ClangFormatOutput {
  const unformatted = new Set<string>();
  const problems: string[] = [];
  let files = 0;
  for (const line of stderr.split(/\r?\n/)) {
    const path = DIAGNOSTIC.exec(line)?.[1];
    if (path !== undefined) unformatted.add(path);
    else if (/^Formatting (\[\d+\/\d+\] )?\S/.test(line)) files++;
    else if (/: (No such file or directory|Permission denied|Is a directory|Input\/output error)$/.test(line))
      problems.push(`clang-format: ${plainLine(line)}`);
  }
  return { unformatted: [...unformatted], files, problems };
}

/** Whether it gave up over its configuration; its exit code is the same as for an unformatted file. */
export function isConfigurationFailure(stderr: string): boolean {
  return /^(Error reading |Invalid value for -style|.*: error: (Unknown value for|unknown key|invalid boolean|invalid number|YAML:))/im.test(
    stderr,
  );
}
