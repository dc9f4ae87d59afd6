import { TrigateError } from "../../errors/trigate-error.ts";
import { fullDependency } from "./written-task.ts";

/** A dependency that is to mean something in the list as it will be. */
export interface Spelling {
  /** The full id that the one who waits will have. */
  readonly owner: string;
  readonly isSubtask: boolean;
  /** How it is written now. */
  readonly written: number | string;
  /** The full id that it is to mean; nothing where it leads nowhere and is to go on doing so. */
  readonly meant: string | undefined;
  readonly ids: FullIds;
}

/** The full ids of a list as it will be. */
export interface FullIds {
  readonly tasks: ReadonlySet<string>;
  readonly subtasks: ReadonlySet<string>;
}

/**
 * How a dependency is written so that it means what it should: as it is where that will do, else of the same type, else as
 * a text. Throws `usage/bad-argument` where nothing means it: in a subtask, a bare number is a sibling before it is a task.
 */
export function spellDependency({ owner, isSubtask, written, meant, ids }: Spelling): number | string {
  const parent = owner.slice(0, Math.max(0, owner.lastIndexOf(".")));
  const means = (candidate: number | string) =>
    isSubtask ? fullDependency(candidate, { parent, siblings: ids.subtasks, taskIds: ids.tasks }) : String(candidate);
  if (meant === undefined) {
    const now = means(written);
    if (!ids.tasks.has(now) && !ids.subtasks.has(now)) return written;
    throw refusal(`${owner} depends on ${written}, which does not exist yet, and would mean something else then`);
  }
  const spelled = spellings(written, meant, isSubtask ? parent : undefined).find((each) => means(each) === meant);
  if (spelled !== undefined) return spelled;
  throw refusal(`the file has no way to say that ${owner} depends on ${meant}`);
}

/** Ways to write an id, the ones nearest to how it is written now first. */
function spellings(written: number | string, meant: string, parent: string | undefined): readonly (number | string)[] {
  const isSibling = parent !== undefined && isBare(written) && meant.startsWith(`${parent}.`);
  const local = isSibling ? [typed(written, meant.slice(parent.length + 1))] : [];
  return [written, ...local, typed(written, meant), meant];
}

function isBare(written: number | string): boolean {
  return !String(written).includes(".");
}

function typed(written: number | string, id: string): number | string {
  return typeof written === "number" && /^\d+$/.test(id) ? Number(id) : id;
}

function refusal(problem: string): TrigateError<"usage/bad-argument"> {
  return new TrigateError("usage/bad-argument", {
    problem,
    hint: `take that dependency away, or try "trigate tasks repair"`,
  });
}
