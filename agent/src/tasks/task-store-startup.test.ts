import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { makeWorkspace } from "./testing/workspace.ts";

test("what only reads the list loads no checkers, no configuration's schemas and no history", async () => {
  const made = await makeWorkspace({ master: { tasks: [{ id: 1, title: "One" }] } });
  try {
    const main = new URL("../cli/main.ts", import.meta.url).href;
    const script = `
      import { registerHooks } from "node:module";
      const loaded = [];
      registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
      const { main } = await import(${JSON.stringify(main)});
      await main(["tasks", "next"]);
      console.error(JSON.stringify(loaded));
    `;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
      cwd: made.root,
      env: { ...process.env, TRIGATE_STATE_DIR: `${made.root}/state` },
      encoding: "utf8",
    });
    expect(stdout).toContain("Next: 1 One");
    const loaded: unknown = JSON.parse(stderr.trim().split("\n").at(-1) ?? "");
    expect(loaded).toContainEqual(expect.stringContaining("/tasks/task-store.ts"));
    expect(loaded).not.toContainEqual(
      expect.stringMatching(/\/src\/(compose\.ts|checkers\/|runs\/|history\/|server\/|models\/|config\/(?!find-root))/),
    );
  } finally {
    await made.dispose();
  }
});
