/**
 * Runs something that leaves variables in this process's own environment, and takes those away again that are new and that
 * `isTrace` knows: every tool that is started later would see them.
 */
export async function leavingNoVariables<Result>(
  isTrace: (name: string) => boolean,
  action: () => Promise<Result>,
): Promise<Result> {
  const before = new Set(Object.keys(process.env));
  try {
    return await action();
  } finally {
    for (const name of Object.keys(process.env)) if (isTrace(name) && !before.has(name)) delete process.env[name];
  }
}
