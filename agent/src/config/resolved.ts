import type { z } from "zod";
import type { Gate } from "../core/gate.ts";
import type { MetricId, Suite } from "../core/metrics.ts";
import type { Stage } from "../core/outcome.ts";

/** What the configuration has to know about a checker; `compose.ts` hands these in. */
export interface KnownChecker {
  readonly id: string;
  readonly stage: Stage;
  readonly feeds: readonly MetricId[];
  readonly exclusive: boolean;
  readonly cacheable: boolean;
  readonly settings: z.ZodType;
  /** The part of `feeds` that a check with these settings serves. */
  readonly feedsWith?: ((settings: unknown) => readonly MetricId[]) | undefined;
  /** Formats of a `report` that choose this checker, besides its id. */
  readonly reports?: readonly string[] | undefined;
}

/** A check of `trigate.yaml`, complete. */
export interface ResolvedCheck {
  readonly id: string;
  /** Id of its checker. */
  readonly tool: string;
  readonly stage: Stage;
  readonly suite: Suite;
  readonly command: readonly string[] | undefined;
  readonly args: readonly string[];
  /** Relative to the root, `""` for the root itself. */
  readonly cwd: string;
  /** Globs relative to `cwd`; `undefined` means what the checker looks at. */
  readonly files: readonly string[] | undefined;
  readonly exclude: readonly string[];
  readonly report: Readonly<Record<string, string>>;
  readonly coverage: string | undefined;
  /** Relative to the root. */
  readonly takeIn: string | undefined;
  readonly timeoutMs: number;
  /** What its answer to a saved file may take; `undefined` means what its checker says. */
  readonly budgetMs?: number | undefined;
  readonly optional: boolean;
  readonly advisory: boolean;
  readonly exclusive: boolean;
  readonly cache: "content" | "never";
  readonly env: readonly string[];
  readonly after: readonly string[];
  /** Ids of services: `postgres`, `redis` or one of {@link ResolvedConfig.services}. */
  readonly needs: readonly string[];
  /** How often a failing check is tried again. */
  readonly retries: number;
  /** `undefined` for the usual limit. */
  readonly maxOutputBytes: number | undefined;
  readonly resources: readonly string[];
  readonly settings: unknown;
  /** What the check feeds, where its settings narrow what its checker does. */
  readonly feeds?: readonly MetricId[] | undefined;
}

/** Findings that somebody decided not to count, and why. */
export interface ResolvedSuppression {
  readonly check: string;
  readonly rule: string | undefined;
  /** Globs relative to the root. */
  readonly files: readonly string[] | undefined;
  readonly reason: string;
  /** The last day on which it holds, as `2027-01-31`. */
  readonly expires: string | undefined;
}

/** A service that the configuration describes. `{port}` in its texts stands for a free port. */
export interface ResolvedService {
  readonly id: string;
  readonly command: readonly string[];
  /** Relative to the root. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** What the checks see. */
  readonly provides: Readonly<Record<string, string>>;
  readonly ready: ServiceReady;
  readonly timeoutMs: number;
}

export type ServiceReady =
  | { readonly kind: "port"; readonly port: string }
  | { readonly kind: "http"; readonly url: string }
  | { readonly kind: "log"; readonly text: string };

/** A cache that several machines use. Variables are named, not read. */
export interface ResolvedSharedCache {
  readonly urlVariable: string;
  readonly keyVariable: string;
  readonly readOnly: boolean | "auto";
  readonly maxEntryBytes: number;
  readonly timeoutMs: number;
}

/** How `codecov.yml` is judged. */
export interface ResolvedCodecov {
  /** What holds where `codecov.yml` is silent. */
  readonly account: "new" | "legacy";
  readonly unmeasured: "fail" | "advise";
  /** Flag → ids of the checks whose coverage is uploaded with it. */
  readonly flags: Readonly<Record<string, readonly string[]>>;
}

/** A model and the way to it. A key is named by its variable, not read. */
export type ResolvedModel =
  | { readonly provider: "claude"; readonly model?: string | undefined; readonly program?: string | undefined }
  | {
      readonly provider: "openai";
      readonly baseUrl: string;
      readonly model: string;
      readonly apiKey?: string | undefined;
      readonly temperature?: number | undefined;
      readonly maxTokens?: number | undefined;
    };

/** Who is asked for plans, and how. */
export interface ResolvedModels {
  readonly plan: ResolvedModel | undefined;
  readonly research: ResolvedModel | undefined;
  /** How often a wrong answer is sent back. */
  readonly attempts: number;
  /** How often a busy model is asked again. */
  readonly retries: number;
  readonly silenceMs: number;
}

/** What it takes for a task to be done, and who is told. */
export interface ResolvedTasks {
  readonly require: readonly Stage[];
  readonly statusHook: ResolvedStatusHook | undefined;
}

/** Another system that is told of statuses. The token is named by its variable, `$` included, not read. */
export interface ResolvedStatusHook {
  readonly url: string;
  readonly tokenVariable: string | undefined;
  readonly attempts: number;
  readonly timeoutMs: number;
}

/** The configuration after all defaults. Nothing in it changes any more. */
export interface ResolvedConfig {
  /** Absolute folder of `trigate.yaml`: the workspace root. */
  readonly root: string;
  /** Absolute path of `trigate.yaml`. */
  readonly file: string;
  /** Hash of the content of the file and of those that it extends. */
  readonly hash: string;
  /** Absolute paths of the files that it extends, where it does. */
  readonly extended?: readonly string[] | undefined;
  readonly checks: readonly ResolvedCheck[];
  readonly gates: readonly Gate[];
  readonly base: string | undefined;
  /** Relative to the root; `undefined` when there is to be none. */
  readonly baseline: string | undefined;
  readonly suppressions: readonly ResolvedSuppression[];
  readonly newOnly: "lines" | "files" | "base";
  readonly testImpact: "off" | "select" | "shadow";
  readonly onInconclusive: "retry" | "advise" | "block";
  readonly worktreeSetup: readonly string[] | undefined;
  readonly services: readonly ResolvedService[];
  /** How many checks may take up a resource at once; one for those that are not named. */
  readonly resources: Readonly<Record<string, number>>;
  readonly cache: { readonly maxBytes: number; readonly shared: ResolvedSharedCache | undefined };
  readonly codecov: ResolvedCodecov;
  readonly models: ResolvedModels;
  readonly tasks: ResolvedTasks;
}
