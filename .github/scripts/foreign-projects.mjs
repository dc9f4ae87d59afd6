// Trigate on projects that we did not write, beside their tools run by hand: the same findings, test counts and coverage?
// Brings a Python, a TypeScript and a C++ project from PyPI, npm and Debian's sources to a temporary folder, where
// `trigate init` and `trigate run` judge them. Needs npm run setup -- --tools and a build; takes about six minutes.
// Usage: node .github/scripts/foreign-projects.mjs [python] [typescript] [cpp]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cpp } from "./foreign-projects/cpp.mjs";
import { python } from "./foreign-projects/python.mjs";
import { summary } from "./foreign-projects/side-by-side.mjs";
import { typescript } from "./foreign-projects/typescript.mjs";

const PROJECTS = { python, typescript, cpp };
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(PROJECTS, name));
if (unknown.length > 0) {
  console.error(`foreign-projects: no project ${unknown.join(", ")}; there are ${Object.keys(PROJECTS).join(", ")}`);
  process.exit(2);
}

const scratch = mkdtempSync(join(tmpdir(), "trigate-foreign-"));
try {
  for (const [name, judge] of Object.entries(PROJECTS))
    if (asked.length === 0 || asked.includes(name)) judge(scratch, join(scratch, "state"));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = summary() ? 0 : 1;
