import { posix } from "node:path";
import picomatch from "picomatch";
import type { Snapshot } from "../../vcs/repository.ts";

/** The workspace's files by the patterns of configuration files. */
export interface ConfigurationFiles {
  /** Paths that match any of the patterns, relative to the root. */
  matching(patterns: readonly string[]): readonly string[];
}

/**
 * Patterns such as `**\/ruff.toml` are answered by name, since matching every path of a large repository against every
 * tool's patterns would take longer than the rest of a plan.
 */
export function configurationOf({ files }: Snapshot): ConfigurationFiles {
  let byName: Map<string, string[]> | undefined;
  const known = new Map<string, readonly string[]>();
  const index = () => {
    const names = new Map<string, string[]>();
    for (const { path } of files) {
      const name = path.slice(path.lastIndexOf("/") + 1);
      const same = names.get(name);
      if (same === undefined) names.set(name, [path]);
      else same.push(path);
    }
    return names;
  };
  const find = (pattern: string): readonly string[] => {
    const { base, isGlob } = picomatch.scan(pattern);
    if (!isGlob) return files.some(({ path }) => path === base) ? [base] : [];
    const name = nameOf(pattern);
    if (name === undefined) {
      const isMatch = picomatch(pattern, { dot: true });
      return files.flatMap(({ path }) => (isMatch(path) ? [path] : []));
    }
    byName ??= index();
    if (!picomatch.scan(name).isGlob) return byName.get(name) ?? [];
    const isMatch = picomatch(name, { dot: true });
    return [...byName].flatMap(([candidate, paths]) => (isMatch(candidate) ? paths : []));
  };
  return {
    matching: (patterns) => [
      ...new Set(
        patterns.flatMap((pattern) => {
          const paths = known.get(pattern) ?? find(pattern);
          known.set(pattern, paths);
          return paths;
        }),
      ),
    ],
  };
}

/** The part of a pattern that says how the file is called, when the pattern says nothing else. */
export function nameOf(pattern: string): string | undefined {
  const name = pattern.startsWith("**/") ? pattern.slice(3) : pattern;
  return name.includes("/") || posix.isAbsolute(name) ? undefined : name;
}
