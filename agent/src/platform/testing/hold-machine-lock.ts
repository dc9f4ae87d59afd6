import { withMachineLock } from "../machine-lock.ts";

// Takes the lock that its argument names, says so, and holds it until it is killed.
await withMachineLock(process.argv[2] ?? "", new AbortController().signal, async () => {
  process.stdout.write("held\n");
  await new Promise((resolve) => setTimeout(resolve, 600_000));
});
