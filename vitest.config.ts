import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const setUp = fileURLToPath(new URL("agent/src/platform/testing/leaves-no-trace.ts", import.meta.url));

const project = (name: string) => ({
  extends: true as const,
  test: {
    name,
    root: `./${name}`,
    include: ["src/**/*.test.ts", "lib/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["**/e2e/**", "**/node_modules/**", "**/red/**", "**/samples/**"],
    // Real tools start slowly on a busy machine; a test that hangs is still ended.
    testTimeout: 60_000,
    // To start a process and read the same sources again for each file took longer than most of the tests in it. What
    // files share they have to leave as it was; the set-up holds them to that.
    isolate: false,
    setupFiles: [setUp],
  },
});

export default defineConfig({
  test: {
    // One less than there are cores is left out by default, which on two cores is half of them.
    maxWorkers: "100%",
    projects: ["agent", "engine", "native", "extension"].map(project),
    coverage: {
      provider: "v8",
      reporter: ["text-summary", "lcovonly", "json-summary"],
      reportsDirectory: "out/coverage",
      reportOnFailure: true,
      // Globs start at this folder, or with --project at that project's: these fit both. Of the extension only what runs
      // outside the editor is measured; the rest is told by the stories in VS Code.
      include: ["**/src/**/*.ts", "**/lib/**/*.ts"],
      exclude: [
        "**/*.test.ts",
        "**/{.tools,node_modules,dist,out,samples,test,testdata,testing}/**",
        "**/src/extension.ts",
        "**/src/{client,commands,editor,views}/**",
      ],
    },
  },
});
