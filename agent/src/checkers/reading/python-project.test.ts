import { expect, test } from "vitest";
import { usesPythonTool } from "./python-project.ts";

const repository = (texts: Readonly<Record<string, string>>) => ({
  files: Object.keys(texts),
  readText: async (path: string) => texts[path],
});

test.each([
  { what: "a section of pyproject.toml", texts: { "pyproject.toml": "[tool.black]\nline-length = 100\n" } },
  { what: "a subsection", texts: { "pyproject.toml": "[tool.black.more]\n" } },
  { what: "a section of setup.cfg", texts: { "setup.cfg": "[black]\n" } },
  { what: "a section of tox.ini", texts: { "tox.ini": "[tool:black]\n" } },
  { what: "a requirement with a version", texts: { "dev/requirements-dev.txt": "attrs\nblack[jupyter]>=23 # x\n" } },
  { what: "a requirement without one", texts: { "requirements.txt": "black\n" } },
  { what: "an extra", texts: { "pyproject.toml": '[project.optional-dependencies]\ndev = ["black>=23"]\n' } },
  { what: "a group of Poetry", texts: { "pyproject.toml": '[tool.poetry.group.dev.dependencies]\nblack = "^23"\n' } },
  { what: "pre-commit", texts: { ".pre-commit-config.yaml": "repos:\n  - hooks:\n      - id: black\n" } },
  { what: "a file of its own", texts: { "pkg/.black": "" } },
])("is used by $what", async ({ texts }) => {
  expect(await usesPythonTool(repository(texts), { name: "black", configFiles: [".black"] })).toBe(true);
});

test.each([
  { what: "nothing", texts: { "a.py": "import black\n" } },
  { what: "another tool whose name begins so", texts: { "requirements.txt": "blackdoc==1\nblack-box\n" } },
  { what: "a comment", texts: { "requirements.txt": "# black\nattrs # black\n" } },
  { what: "a style of another tool", texts: { "pyproject.toml": "[tool.blackish]\n" } },
])("is not used by $what", async ({ texts }) => {
  expect(await usesPythonTool(repository(texts), { name: "black", configFiles: [".black"] })).toBe(false);
});
