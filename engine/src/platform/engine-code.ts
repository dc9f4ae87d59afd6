import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const sources = fileURLToPath(new URL("..", import.meta.url));
const PackageFile = z.object({ version: z.string() });

/** The version of this engine as its package states it. */
export function engineVersion(): string {
  return PackageFile.parse(JSON.parse(readFileSync(join(sources, "..", "package.json"), "utf8"))).version;
}

/** SHA-256 over names and contents of the engine's sources, so that an uncommitted change shows in a manifest. */
export function codeHash(): string {
  const hash = createHash("sha256");
  const names = readdirSync(sources, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .toSorted();
  for (const name of names) hash.update(`${name}\0${readFileSync(join(sources, name), "utf8")}\0`);
  return hash.digest("hex");
}
