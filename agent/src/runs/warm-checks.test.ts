import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createServices } from "../compose.ts";
import type { CheckResult } from "../core/check.ts";

const repository = join(import.meta.dirname, "..", "..", "..");
vi.setConfig({ testTimeout: 60_000 });

let root = "";
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "trigate-warm-")));
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"));
  writeFileSync(join(root, ".gitignore"), "node_modules\nstate\n");
  writeFileSync(join(root, "trigate.yaml"), "version: 1\nchecks:\n  oxlint: {}\n");
  writeFileSync(join(root, ".oxlintrc.json"), '{ "rules": { "no-unused-vars": "error" } }\n');
  execFileSync("git", ["init", "-q"], { cwd: root });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("a worker's message about a saved file or an unsaved text tells no secret, as a run's does not", async () => {
  const secrets = { byForm: `ghp_${"a1B2".repeat(9)}`, byName: "plainlyNamedValue" };
  const text = `const ${secrets.byForm} = 1;\nconst ${secrets.byName} = 2;\n`;
  writeFileSync(join(root, "a.ts"), text);
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: root,
    TRIGATE_STATE_DIR: join(root, "state"),
    DEPLOY_TOKEN: secrets.byName,
  };
  const services = await createServices({ cwd: root, env });
  const { onSave } = services.daemon();
  try {
    const checks = onSave?.checksFor(env);
    const results: CheckResult[] = [];
    for (const unsavedText of [undefined, `${text}// typed\n`]) {
      const question = { file: "a.ts", checks: ["oxlint"], ...(unsavedText === undefined ? {} : { unsavedText }) };
      await checks?.answer(question, (result) => results.push(result), new AbortController().signal);
    }
    expect(results).toHaveLength(2);
    for (const { findings } of results) {
      expect(findings.map(({ rule }) => rule)).toEqual(["no-unused-vars", "no-unused-vars"]);
      for (const { message } of findings) expect(message).toContain("[redacted]");
    }
    for (const secret of Object.values(secrets)) expect(JSON.stringify(results)).not.toContain(secret);
  } finally {
    onSave?.close();
    await services.close();
  }
});

test("a worker is not asked about a pointer of Git LFS", async () => {
  writeFileSync(
    join(root, "a.ts"),
    `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 1\n`,
  );
  const services = await createServices({ cwd: root, env: { HOME: root, TRIGATE_STATE_DIR: join(root, "state") } });
  const { onSave } = services.daemon();
  try {
    const results: CheckResult[] = [];
    const question = { file: "a.ts", checks: ["oxlint"] };
    const { signal } = new AbortController();
    expect(await onSave?.checksFor({}).answer(question, (result) => results.push(result), signal)).toEqual(["oxlint"]);
    expect(results).toEqual([]);
  } finally {
    onSave?.close();
    await services.close();
  }
});
