import type { LoggedCommit } from "../vcs/commit-log.ts";

/** Names and addresses under which programs commit by themselves. Nobody can give them a task. */
const BOT =
  /\[bot\]|(^|[^a-z])bot([^a-z]|$)|^(dependabot|renovate|greenkeeper|github-actions|semantic-release|allcontributors|weblate|pre-commit-ci|codecov-io)\b/i;
/** Claude Code is asked for by itself, not as one of the people. */
const CLAUDE = /^claude\b|@anthropic\.com$/i;

/** Whether a commit was made by a person. */
export function isPerson({ name, email }: Pick<LoggedCommit, "name" | "email">): boolean {
  return ![name, email].some((text) => BOT.test(text) || CLAUDE.test(text));
}

/** Whether somebody who is named in a task is Claude Code. */
export function isClaude(name: string): boolean {
  return CLAUDE.test(name.trim());
}

/** Whether a name in a task means an author: by name, address, or what stands before the `@` of it. */
export function isCalled({ name, email }: Pick<LoggedCommit, "name" | "email">, called: string): boolean {
  const wanted = called.trim().toLowerCase().replace(/^@/, "");
  const local = email.replace(/@.*$/, "").replace(/^\d+\+/, "");
  return wanted !== "" && [name.toLowerCase(), email, local].includes(wanted);
}
