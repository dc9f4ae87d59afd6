// Packs what people install into dist/: the extension as a VSIX, the agent and the engine as tarballs. By `npm run package`.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { packageExtension } from "../../extension/package.mjs";

const root = join(import.meta.dirname, "..", "..");
const dist = join(root, "dist");
mkdirSync(dist, { recursive: true });
console.log(await packageExtension(dist));
for (const name of ["agent", "engine", "native"]) {
  const { status } = spawnSync("npm", ["pack", "--silent", "--pack-destination", dist], {
    cwd: join(root, name),
    stdio: "inherit",
  });
  if (status !== 0) process.exitCode = 1;
}
