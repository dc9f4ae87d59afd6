import { join } from "node:path";
import { isExecutable, readdirOrEmpty } from "../../platform/files.ts";

/** Where a workspace keeps its Python environments. */
const ENVIRONMENTS = [".venv", "venv", ".tools/python"];

/** The folder of programs that a Python package brings, in one of the workspace's environments: the one with `program` in it. */
export async function programsOfWheel(
  root: string,
  { folder, program }: { readonly folder: string; readonly program: string },
): Promise<string | undefined> {
  for (const environment of ENVIRONMENTS) {
    const lib = join(root, environment, "lib");
    for (const version of await readdirOrEmpty(lib)) {
      const programs = join(lib, version, "site-packages", folder);
      if (await isExecutable(join(programs, program))) return programs;
    }
  }
  return undefined;
}
