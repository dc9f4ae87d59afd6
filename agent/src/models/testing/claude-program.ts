import { createRequire } from "node:module";
import { join } from "node:path";

/** The real Claude Code that the development dependency brings, or `undefined` on a platform that it has none for. */
export function claudeProgram(): string | undefined {
  const name = `@anthropic-ai/claude-agent-sdk-${process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    const program = process.platform === "win32" ? "claude.exe" : "claude";
    return join(require.resolve(`${name}/package.json`), "..", program);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
