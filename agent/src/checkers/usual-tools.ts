/** The tool that is proposed for a language whose projects name none, where it is installed already. */
export interface UsualTool {
  readonly language: string;
  /** Files of the language. */
  readonly files: RegExp;
  readonly tool: string;
  /** Linters and formatters of the language: with one of them the project has chosen. */
  readonly instead: readonly string[];
}

const SCRIPTS = /(?<!\.d)\.[cm]?[jt]sx?$/;

/** Only tools that work without a configuration, and whose usual rules most projects keep to. */
export const USUAL_TOOLS: readonly UsualTool[] = [
  { language: "Python", files: /\.pyi?$/, tool: "ruff", instead: ["flake8", "black", "isort", "ruff-format"] },
  { language: "JavaScript", files: SCRIPTS, tool: "oxlint", instead: ["eslint", "biome", "prettier"] },
  { language: "C++", files: /\.(c|cc|cpp|cxx)$/, tool: "cppcheck", instead: ["clang-tidy", "clang-format"] },
];
