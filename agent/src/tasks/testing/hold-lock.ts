/** Takes the lock at the path given, says so on standard output, and holds it until it is killed. */
import { systemClock } from "../../platform/clock.ts";
import { takeFolderLock } from "../../platform/folder-lock.ts";

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error("give the path of the lock");
const lock = await takeFolderLock(path, { clock: systemClock, waitMs: 1_000, staleAfterMs: 60_000 });
process.stdout.write(lock === undefined ? "refused\n" : "held\n");
setInterval(() => undefined, 60_000);
