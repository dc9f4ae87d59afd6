// Packs the built extension into a VSIX: `node extension/package.mjs [folder]`.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

/** Writes `<folder>/trigate-<version>.vsix` (default: the repository's `dist/`) and resolves to its path. */
export async function packageExtension(folder = join(here, "..", "dist")) {
  // vsce loads much; whoever only builds does not pay for it.
  const { createVSIX } = createRequire(import.meta.url)("@vscode/vsce");
  const { name, version } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
  mkdirSync(folder, { recursive: true });
  const packagePath = resolve(folder, `${name}-${version}.vsix`);
  await createVSIX({ cwd: here, packagePath, dependencies: false, allowMissingRepository: true });
  return packagePath;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await packageExtension(process.argv[2]));
