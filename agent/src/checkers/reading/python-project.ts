import type { RepositoryFacts } from "../checker.ts";

export interface PythonTool {
  /** The tool's name on PyPI, which is also its section in configuration files. */
  readonly name: string;
  /** Its own configuration files, by their names. */
  readonly configFiles?: readonly string[];
}

/** Where Python projects write down which tools they use. Requirements are read at any depth, the rest at the root. */
const SHARED = ["pyproject.toml", "setup.cfg", "setup.py", "tox.ini", ".pre-commit-config.yaml"];
const REQUIREMENTS = /(^|\/)[^/]*requirements[^/]*\.(txt|in)$/;
/** Repositories with more requirement files than this name their linters in the first ones. */
const MOST_REQUIREMENTS = 20;

/**
 * Whether a repository uses a tool: it has a configuration file or section of it, requires it, or runs it before commits.
 * A repository that merely contains Python does not.
 */
export async function usesPythonTool(
  { files, readText }: RepositoryFacts,
  { name, configFiles = [] }: PythonTool,
): Promise<boolean> {
  if (files.some((file) => configFiles.includes(file.split("/").at(-1) ?? ""))) return true;
  const plain = name.replaceAll("-", "[-_]");
  const section = new RegExp(`^\\[(?:tool[.:])?${plain}(?:[\\].:-])`, "m");
  const required = new RegExp(
    `(?:^|["'\\s])${plain}(?:\\[[^\\]]*\\])?\\s*(?:$|[<>=!~;"',]|#)|^\\s*-?\\s*id:\\s*${plain}\\s*$`,
    "m",
  );
  const requirements = files.filter((file) => REQUIREMENTS.test(file)).slice(0, MOST_REQUIREMENTS);
  for (const file of [...SHARED.filter((shared) => files.includes(shared)), ...requirements]) {
    const text = (await readText(file)) ?? "";
    if (section.test(text) || required.test(withoutComments(text))) return true;
  }
  return false;
}

function withoutComments(text: string): string {
  return text.replaceAll(/(^|\s)#[^\n]*/g, "$1");
}
