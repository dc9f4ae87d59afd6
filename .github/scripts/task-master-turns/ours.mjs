// Trigate's command line on the same folder.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const BIN = fileURLToPath(new URL("../../../agent/bin/trigate.mjs", import.meta.url));
const run = promisify(execFile);

export class Trigate {
  #root;
  #env;

  constructor({ root, stateFolder }) {
    this.#root = root;
    this.#env = { ...process.env, TRIGATE_STATE_DIR: stateFolder };
  }

  /** What `trigate tasks …` printed as JSON, or `refused` with its words when it answered with 1, 2 or 3. */
  async tasks(args) {
    try {
      const { stdout } = await run(process.execPath, [BIN, "tasks", ...args, "--json"], {
        cwd: this.#root,
        env: this.#env,
      });
      return { data: JSON.parse(stdout) };
    } catch (error) {
      if (![1, 2, 3].includes(error.code)) throw error;
      return {
        refused: `${error.stdout}${error.stderr}`.trim(),
        ...(error.stdout === "" ? {} : { data: JSON.parse(error.stdout) }),
      };
    }
  }

  async next(tag, rule) {
    const { data, refused } = await this.tasks(["next", "--rule", rule, "--tag", tag]);
    if (data === undefined) throw new Error(`tasks next refused: ${refused}`);
    return data.task?.id;
  }
}
