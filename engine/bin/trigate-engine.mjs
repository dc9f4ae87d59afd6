#!/usr/bin/env node
import { main } from "../src/cli/main.ts";

const interrupt = new AbortController();
process.once("SIGINT", () => interrupt.abort());
process.once("SIGTERM", () => interrupt.abort());

const output = {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
};
process.exitCode = await main(process.argv.slice(2), output, interrupt.signal);
