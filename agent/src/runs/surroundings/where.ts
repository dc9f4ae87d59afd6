/** Where things are, absolute. */
export interface Where {
  readonly root: string;
  readonly home: string;
  /** The folder that the check runs in. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A path as it would be called on another machine with the same things in the same places. */
export function labelOf(path: string, { root, home }: Pick<Where, "root" | "home">): string {
  if (path === root || path.startsWith(`${root}/`)) return `.${path.slice(root.length)}`;
  if (path.startsWith(`${home}/`)) return `~${path.slice(home.length)}`;
  return path;
}
