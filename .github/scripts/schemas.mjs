// Writes the JSON schemas that are shipped for editors and for programs that read reports or speak to the daemon, from the zod schemas.
// Usage: node .github/scripts/schemas.mjs [--check]   (--check writes nothing and fails when a file is out of date)
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const { CHECKERS } = await import("../../agent/src/checkers/registry.ts");
const { configJsonSchema, reportJsonSchema } = await import("../../agent/src/config/json-schema.ts");
const { asyncApiDescription } = await import("../../agent/src/protocol/async-api.ts");
const { RunReport } = await import("../../agent/src/protocol/index.ts");

const SCHEMAS = {
  "agent/schema/trigate.schema.json": configJsonSchema([...CHECKERS.values()]),
  "agent/schema/run-report.schema.json": reportJsonSchema(RunReport),
  "agent/schema/asyncapi.json": asyncApiDescription(),
};

/** The text as the repository's formatter would have it, so that the files pass the gate like any other. */
function formatted(file, schema) {
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const { status, stdout, stderr } = spawnSync(process.execPath, [biome, "format", `--stdin-file-path=${file}`], {
    cwd: root,
    input: JSON.stringify(schema, null, 2),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`Biome could not format ${file}: ${stderr}`);
  return stdout;
}

const checking = process.argv.includes("--check");
for (const [file, schema] of Object.entries(SCHEMAS)) {
  const path = join(root, file);
  const text = formatted(file, schema);
  if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
  if (checking) {
    console.error(`${file} is out of date; run: node .github/scripts/schemas.mjs`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    console.error(`wrote ${file}`);
  }
}
