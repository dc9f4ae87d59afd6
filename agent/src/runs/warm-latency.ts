/** How long the answers of one check took lately. */
export interface CheckLatency {
  readonly check: string;
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly budgetMs: number;
  /** How many of the remembered answers took longer than the budget. */
  readonly over: number;
  /** It was over budget too often in a row and waits for the others now. */
  readonly demoted: boolean;
}

interface Page {
  budgetMs: number;
  readonly recent: number[];
  /** Answers in a row over budget; negative counts answers within it. */
  streak: number;
  demoted: boolean;
}

const REMEMBERED = 100;
/** One slow answer is a busy machine; so many in a row are a slow check. */
const DEMOTED_AFTER = 3;
/** As many quick ones bring it back. */
const PROMOTED_AFTER = 5;

/** What each check takes to answer for a saved file, against its budget. */
export class LatencyBook {
  readonly #pages = new Map<string, Page>();

  /** Takes down one answer; true when the check was demoted or promoted by it. */
  record(check: string, { ms, budgetMs }: { readonly ms: number; readonly budgetMs: number }): boolean {
    const page = this.#pages.get(check) ?? { budgetMs, recent: [], streak: 0, demoted: false };
    this.#pages.set(check, page);
    page.budgetMs = budgetMs;
    page.recent.push(ms);
    if (page.recent.length > REMEMBERED) page.recent.shift();
    const isOver = ms > budgetMs;
    page.streak = isOver ? Math.max(1, page.streak + 1) : Math.min(-1, page.streak - 1);
    const before = page.demoted;
    if (page.streak >= DEMOTED_AFTER) page.demoted = true;
    else if (page.streak <= -PROMOTED_AFTER) page.demoted = false;
    return page.demoted !== before;
  }

  isDemoted(check: string): boolean {
    return this.#pages.get(check)?.demoted ?? false;
  }

  all(): readonly CheckLatency[] {
    return [...this.#pages].map(([check, { budgetMs, recent, demoted }]) => {
      const sorted = recent.toSorted((a, b) => a - b);
      const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
      return {
        check,
        count: recent.length,
        p50Ms: round(at(0.5)),
        p95Ms: round(at(0.95)),
        budgetMs,
        over: recent.filter((ms) => ms > budgetMs).length,
        demoted,
      };
    });
  }
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
