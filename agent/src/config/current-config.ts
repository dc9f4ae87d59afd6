import type { Clock } from "../platform/clock.ts";
import { areUntouched, type Stamp, stampsOf } from "../platform/stamps.ts";
import { CONFIG_FILE } from "./find-root.ts";
import { configHash } from "./load.ts";
import type { ResolvedConfig } from "./resolved.ts";

/** Clocks of file systems tick coarsely: a file touched this shortly before a look could have been touched after it, too. */
const TICK_MS = 20;

/**
 * The configuration of a long-lived process: read again when its file was touched, resolved again when its text changed. The
 * same text gives the same object.
 */
export class CurrentConfig {
  readonly #root: string;
  readonly #load: () => Promise<ResolvedConfig>;
  readonly #clock: Pick<Clock, "now">;
  #known: { readonly config: ResolvedConfig; readonly stamps: readonly Stamp[] } | undefined;

  constructor(root: string, load: () => Promise<ResolvedConfig>, clock: Pick<Clock, "now">) {
    this.#root = root;
    this.#load = load;
    this.#clock = clock;
  }

  /** Throws `config/missing` and `config/invalid`. */
  async get(): Promise<ResolvedConfig> {
    const known = this.#known;
    if (known !== undefined && known.stamps.length > 0 && areUntouched(this.#root, known.stamps)) return known.config;
    const lookedAtMs = this.#clock.now();
    const stamps = stampsOf(this.#root, [CONFIG_FILE]);
    const hash = await configHash(this.#root);
    const config = known?.config.hash === hash ? known.config : await this.#load();
    // Which files are extended can change without any of them being touched, so they are looked for each time.
    const tells = (config.extended ?? []).length === 0 && stamps.every(([, at]) => at < lookedAtMs - TICK_MS);
    this.#known = { config, stamps: tells ? stamps : [] };
    return config;
  }
}
