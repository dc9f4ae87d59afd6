#!/usr/bin/env node
// The command: the built bundle, on a Node that is new enough.
import { existsSync } from "node:fs";
import module from "node:module";

const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 24) {
  console.error(
    `trigate needs Node 24 or newer, this is ${process.versions.node}; install "node-${process.platform}-${process.arch}" from npm or put a newer node first in PATH`,
  );
  process.exit(2);
}
module.enableCompileCache();
// Whoever reads our output may have seen enough, as `| head` does.
const guardStream = () =>
  process.stdout.on("error", (error) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
const bundle = new URL("../dist/main.mjs", import.meta.url);
if (!existsSync(bundle)) {
  console.error('trigate is not built yet; run "npm run build" in the repository');
  process.exit(2);
}
const args = process.argv.slice(2);
const answered =
  args[0] === "run" && (await (await import("../dist/quick.mjs")).quickRun(args.slice(1), { guardStream }));
if (!answered) {
  guardStream();
  await (await import("../dist/main.mjs")).main(args);
}
