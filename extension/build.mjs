// Bundles the extension into dist/extension.cjs and puts a copy of the built agent beside it. Run it after the agent's
// own build; alone it works too, and then the extension uses the workspace's agent.
import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const agent = join(here, "..", "agent");

/** What of the agent runs without its sources; `package.json` holds its version and module type. */
const AGENT_PARTS = ["bin", "dist", "schema", "advisories", "package.json"];

function copyAgent() {
  const target = join(here, "dist", "agent");
  rmSync(target, { recursive: true, force: true });
  if (!existsSync(join(agent, "dist"))) {
    console.error("extension: the agent is not built yet, so the extension is bundled without one");
    return;
  }
  mkdirSync(target, { recursive: true });
  for (const part of AGENT_PARTS) {
    if (existsSync(join(agent, part))) cpSync(join(agent, part), join(target, part), { recursive: true });
  }
}

/** Builds `dist/`; rejects with esbuild's messages when the sources do not compile. */
export async function buildExtension() {
  await build({
    entryPoints: [join(here, "src", "extension.ts")],
    outfile: join(here, "dist", "extension.cjs"),
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    // ws works without its two optional native modules and looks for them at run time.
    external: ["vscode", "bufferutil", "utf-8-validate"],
    sourcemap: "linked",
    sourcesContent: false,
    minify: true,
    legalComments: "eof",
    logLevel: "warning",
  });
  copyAgent();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildExtension();
