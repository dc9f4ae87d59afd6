import { afterEach, expect, test } from "vitest";
import { openRepository } from "../vcs/open-repository.ts";
import { GitFolder } from "../vcs/testing/git-folder.ts";
import { complainOfMissingFolders } from "./missing-folders.ts";
import { resolvedCheck, resolvedConfig } from "./testing/planned.ts";

let folder: GitFolder;
afterEach(() => folder.remove());
async function complain(...checks: ReturnType<typeof resolvedCheck>[]): Promise<void> {
  const repository = await openRepository(folder.root, process.env);
  return complainOfMissingFolders(resolvedConfig(checks), { root: folder.root, repository });
}

test("a folder that is not there is a fault of the configuration, named with its check", async () => {
  folder = new GitFolder({ "api/a.py": "" });
  await complain(resolvedCheck("ruff", { cwd: "api" }), resolvedCheck("tsc"));
  await complain(resolvedCheck("built", { cwd: "out", command: ["./test"] }));
  await expect(complain(resolvedCheck("ruff", { cwd: "api" }), resolvedCheck("mypy", { cwd: "apii" }))).rejects.toThrow(
    /trigate\.yaml has 1 fault:\n\s+checks\.mypy\.cwd: there is no folder "apii"/,
  );
});

test("a folder that a sparse check-out leaves out is none", async () => {
  folder = new GitFolder({ "api/a.py": "", "web/a.ts": "" });
  folder.git("sparse-checkout", "set", "web");
  await expect(complain(resolvedCheck("ruff", { cwd: "api" }))).resolves.toBeUndefined();
});
