import type { LineTests } from "../core/coverage.ts";
import { LAST_LINE } from "./line-hits.ts";

/** Collects which tests ran which lines of one file. */
export class TestLines {
  readonly #indices = new Map<string, number>();
  readonly #byLine = new Map<number, Set<number>>();
  readonly #shared = new Set<number>();

  /** What ran outside of any test, with an empty name, is no news. Numbers that are no lines are passed over. */
  add(test: string, line: number): void {
    if (test === "" || line < 1 || line > LAST_LINE) return;
    let index = this.#indices.get(test);
    if (index === undefined) {
      index = this.#indices.size;
      this.#indices.set(test, index);
    }
    const ran = this.#byLine.get(line);
    if (ran === undefined) this.#byLine.set(line, new Set([index]));
    else ran.add(index);
  }

  /** A line that also ran outside of tests, or while one was set up. */
  addShared(line: number): void {
    if (line >= 1 && line <= LAST_LINE) this.#shared.add(line);
  }

  /** The part of a file's coverage that tells of tests; nothing when none was named. */
  part(): { readonly tests?: LineTests } {
    if (this.#indices.size === 0) return {};
    const byLine = [...this.#byLine]
      .toSorted(([a], [b]) => a - b)
      .map(([line, ran]) => [line, [...ran].toSorted((a, b) => a - b)] as const);
    const shared = [...this.#shared].toSorted((a, b) => a - b);
    const names = [...this.#indices.keys()];
    return { tests: { names, byLine: new Map(byLine), ...(shared.length === 0 ? {} : { shared }) } };
  }
}
