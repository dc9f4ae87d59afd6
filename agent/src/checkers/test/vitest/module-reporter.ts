/**
 * The source of a reporter that Vitest loads: at the end of a run it writes what Vite knows of the files that each test file
 * loads, by static imports, by dynamic ones whose path stands there, and by what was really loaded. Tests in a browser have
 * no such graph and are told as untraced. It is written in JavaScript of its own since it runs in Vitest's process.
 */
export function moduleReporter(reportPath: string): string {
  return `import { writeFileSync } from "node:fs";

const plain = (path) => path.replace(/[?#].*$/, "").replace(/^file:\\/\\//, "");

function reach(graph, starts, found) {
  const waiting = [...starts];
  for (let module = waiting.pop(); module !== undefined; module = waiting.pop()) {
    const name = module.file ?? module.id;
    if (name === null || found.modules.has(module)) continue;
    found.modules.add(module);
    found.files.add(plain(name));
    waiting.push(...module.importedModules);
  }
}

function filesFrom(environments, paths) {
  const found = { modules: new Set(), files: new Set(paths.map(plain)) };
  for (const { moduleGraph } of environments)
    for (const path of paths) reach(moduleGraph, moduleGraph?.getModulesByFile(path) ?? [], found);
  return [...found.files];
}

const isPath = (value) => typeof value === "string" && /^([A-Za-z]:)?[\\\\/]|^\\./.test(value);

export default class {
  onTestRunEnd(testModules) {
    const tests = [];
    const projects = new Map();
    for (const testModule of testModules) {
      const { project, moduleId, viteEnvironment } = testModule;
      projects.set(project, project.name);
      const graph = viteEnvironment?.moduleGraph;
      const isTraced = graph !== undefined && !project.config.browser?.enabled && !project.config.typecheck?.enabled;
      const loaded = isTraced ? filesFrom([viteEnvironment], [moduleId]) : [];
      const measured = Object.keys(testModule.diagnostic?.().importDurations ?? {});
      tests.push({ file: plain(moduleId), isTraced: isTraced && loaded.length > 0, loaded: [...loaded, ...measured.map(plain)] });
    }
    const everywhere = [...projects.keys()].flatMap(({ config, vite }) => {
      const { setupFiles = [], globalSetup = [], runner, environment, snapshotSerializers = [] } = config;
      const named = [setupFiles, globalSetup, runner, environment, snapshotSerializers].flat().filter(isPath);
      const { configFile, configFileDependencies = [] } = vite.config;
      return [
        ...filesFrom(Object.values(vite.environments ?? {}), named),
        ...[configFile, ...configFileDependencies].filter(isPath),
      ];
    });
    writeFileSync(${JSON.stringify(reportPath)}, JSON.stringify({ version: 1, tests, everywhere: [...new Set(everywhere)] }));
  }
}
`;
}
