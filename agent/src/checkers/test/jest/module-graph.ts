/**
 * A program that asks Jest's own resolver, of the version that ran the tests, which files each test file loads: by static
 * imports, by `require` and dynamic imports whose path stands there, by mocks in `__mocks__` and by `moduleNameMapper`.
 * Arguments: Jest's script, its command line as JSON, the test files as JSON. A file that Jest's map of the workspace does
 * not have, or an import that nobody can resolve, makes a test untraced.
 */
export const MODULE_GRAPH = `
const { createRequire } = require("node:module");
const { realpathSync } = require("node:fs");
const path = require("node:path");
const [script, argv, files] = process.argv.slice(2);
const core = createRequire(createRequire(realpathSync(script)).resolve("@jest/core"));
const { readConfigs } = core("jest-config");
const Runtime = core("jest-runtime").default ?? core("jest-runtime");
const CONDITIONS = [["require", "node", "default"], ["import", "node", "default"]];
const isPath = (value) => typeof value === "string" && path.isAbsolute(value);
const isInstalled = (file) => file.split(path.sep).includes("node_modules");

function resolved(resolver, from, name) {
  const found = [];
  for (const conditions of CONDITIONS)
    try {
      found.push(resolver.resolveModule(from, name, { conditions }));
    } catch {
      // A name may exist under one condition only; one that nobody finds leaves the list empty, and the test untraced.
    }
  const mock = resolver.getMockModule(from, name);
  if (isPath(mock)) found.push(mock);
  return found;
}

/** Adds what a file loads to the set; false when something of it is not known. */
function reach({ hasteFS, resolver }, start, found) {
  let isKnown = true;
  const waiting = [start];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file) || isInstalled(file)) continue;
    found.add(file);
    const names = hasteFS.exists(file) ? hasteFS.getDependencies(file) : null;
    if (names === null) isKnown = false;
    const mock = path.join(path.dirname(file), "__mocks__", path.basename(file));
    if (hasteFS.exists(mock)) waiting.push(mock);
    for (const name of names ?? []) {
      if (resolver.isCoreModule(name)) continue;
      const targets = resolved(resolver, file, name);
      if (targets.length === 0) isKnown = false;
      waiting.push(...targets);
    }
  }
  return isKnown;
}

async function main() {
  const { globalConfig, configs } = await readConfigs(JSON.parse(argv), [process.cwd()]);
  const tests = JSON.parse(files).map((file) => ({ file, loaded: [] }));
  const everywhere = new Set();
  for (const config of configs) {
    const context = await Runtime.createContext(config, { console, maxWorkers: 1, watch: false, watchman: false });
    for (const test of tests) {
      if (!context.hasteFS.exists(test.file)) continue;
      const found = new Set();
      test.isTraced = reach(context, test.file, found) && test.isTraced !== false;
      test.loaded.push(...found);
    }
    const { setupFiles, setupFilesAfterEnv, transform, snapshotSerializers, ...rest } = config;
    const one = ["globalSetup", "globalTeardown", "resolver", "runner", "testEnvironment", "testRunner", "snapshotResolver", "dependencyExtractor"];
    const named = [setupFiles, setupFilesAfterEnv, snapshotSerializers, (transform ?? []).map(([, file]) => file)].flat();
    for (const file of [...named, ...one.map((key) => rest[key] ?? globalConfig[key])].filter(isPath)) reach(context, file, everywhere);
  }
  for (const test of tests) test.isTraced ??= false;
  process.stdout.write("\\n" + JSON.stringify({ version: 1, tests, everywhere: [...everywhere].filter((file) => !isInstalled(file)) }) + "\\n");
}
main().then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
`;
