import { defineConfig } from "vitest/config";

const project = (name: string) => ({
  extends: true as const,
  test: { name, root: `./${name}`, include: ["src/**/*.test.ts", "lib/**/*.test.ts", "test/**/*.test.ts"], exclude: ["**/e2e/**", "**/node_modules/**", "**/red/**", "**/samples/**"] },
});

export default defineConfig({
  test: {
    projects: ["agent", "engine", "native", "extension"].map(project),
    coverage: {
      provider: "v8",
      reporter: ["text-summary", "lcovonly", "json-summary"],
      reportsDirectory: "out/coverage",
      include: ["agent/src/**/*.ts", "engine/src/**/*.ts", "native/lib/**/*.ts", "extension/src/model/**/*.ts"],
      exclude: ["**/*.test.ts", "**/testdata/**"],
    },
  },
});
