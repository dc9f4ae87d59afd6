import { GroupProcessRunner } from "../process.ts";
import { ShellSupervisor } from "../supervisor.ts";

// Stands in for an agent that is killed while a tool runs: starts what its arguments say and waits for it.
const runner = new GroupProcessRunner(new ShellSupervisor());
await runner.run({
  argv: process.argv.slice(2),
  cwd: process.cwd(),
  env: process.env,
  timeoutMs: 600_000,
  maxOutputBytes: 1_000_000,
  signal: new AbortController().signal,
});
