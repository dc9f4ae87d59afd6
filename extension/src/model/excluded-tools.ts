/** Extensions that show a tool's findings by themselves, and the checkers whose findings these are. */
const SHOWN_BY: Readonly<Record<string, readonly string[]>> = {
  "astral-sh.ruff": ["ruff", "ruff-format"],
  "biomejs.biome": ["biome"],
  "charliermarsh.ruff": ["ruff", "ruff-format"],
  "dbaeumer.vscode-eslint": ["eslint"],
  "ms-python.black-formatter": ["black"],
  "ms-python.flake8": ["flake8"],
  "ms-python.isort": ["isort"],
  "ms-python.mypy-type-checker": ["mypy"],
  "oxc.oxc-vscode": ["oxlint"],
  "timonwong.shellcheck": ["shellcheck"],
};

/**
 * The tools whose findings Trigate leaves to others, sorted. `auto` in the setting stands for whatever another installed
 * extension shows; any other entry is a checker's name.
 */
export function excludedTools(setting: readonly string[], isInstalled: (extension: string) => boolean): string[] {
  const shown = Object.entries(SHOWN_BY).flatMap(([extension, tools]) => (isInstalled(extension) ? tools : []));
  const named = setting.flatMap((entry) => (entry === "auto" ? shown : [entry.trim()]));
  return [...new Set(named.filter((tool) => tool !== ""))].toSorted((a, b) => a.localeCompare(b));
}
