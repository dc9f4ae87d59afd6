import { basename } from "node:path";
import { messageOf, TrigateError } from "../../errors/trigate-error.ts";
import type { StatusChange, StatusOptions } from "../file/edit-tasks.ts";
import { findOne, type TagOf } from "../file/tag-edit.ts";
import type { TaskStore } from "../task-store.ts";
import type { NotedStatuses } from "./record-edit.ts";
import type { Delivery, StatusHook } from "./status-hook.ts";
import type { StatusNews, statusNews } from "./status-news.ts";

export interface TaskStatusesOptions {
  /** Absolute folder of the workspace. */
  readonly root: string;
  readonly store: TaskStore;
  /** The commit that is checked out. */
  readonly commit: () => Promise<string | undefined>;
  /** Who is told of statuses; `undefined` where `trigate.yaml` names nobody, which must be cheap to say. */
  readonly hook: () => Promise<StatusHook | undefined>;
  /** Do not wait until the hook was told: for a process that stays. */
  readonly inBackground?: boolean | undefined;
}

export interface SetStatuses extends StatusOptions {
  readonly ids: readonly string[];
}

export interface WrittenStatuses {
  readonly changes: readonly StatusChange[];
  /** What became of telling the status hook; absent where there is none. */
  readonly delivery: Delivery | undefined;
}

/** The one door through which people and programs change statuses: it keeps the rule that done needs proof, notes when a task was begun, and tells the status hook. */
export class TaskStatuses {
  readonly #options: TaskStatusesOptions;

  constructor(options: TaskStatusesOptions) {
    this.#options = options;
  }

  /** Throws `tasks/needs-proof` for `done`, and what {@link TaskStore.change} and `setStatuses` throw. */
  async set({ tag, ...request }: SetStatuses): Promise<WrittenStatuses> {
    const [first = ""] = request.ids;
    if (request.status === "done") throw new TrigateError("tasks/needs-proof", { id: first });
    return this.write(tag, request);
  }

  /** Writes statuses with what is noted beside them. Whoever calls it for `done` has the proof, or a person's word. */
  async write(tag: string | undefined, request: Omit<NotedStatuses, "commit">): Promise<WrittenStatuses> {
    const { store, commit: head, hook: openHook, inBackground } = this.#options;
    // The schemas of what is noted take longer to build than a command that only reads the list takes in all.
    const [{ setNotedStatuses }, { statusNews }, commit] = await Promise.all([
      import("./record-edit.ts"),
      import("./status-news.ts"),
      head(),
    ]);
    const { changes, news } = await store.change(tag, (where) => {
      const { text, meaning } = setNotedStatuses(where, { ...request, commit });
      return { text, meaning: { changes: meaning, news: this.#newsOf(where, meaning, { ...request, statusNews }) } };
    });
    const hook = news.length === 0 ? undefined : await openHook();
    const telling = hook?.tell(news);
    return { changes, delivery: inBackground === true ? undefined : await telling };
  }

  /** Sends what the hook was not told yet. Gives why it still was not, and never rejects: it is tried again. */
  async tellAgain(): Promise<string | undefined> {
    try {
      const hook = await this.#options.hook();
      return (await hook?.send({ patienceMs: 0 }))?.problem;
    } catch (error) {
      return messageOf(error);
    }
  }

  #newsOf(
    where: TagOf,
    changes: readonly StatusChange[],
    { notes, statusNews: newsOf }: Pick<NotedStatuses, "notes"> & { readonly statusNews: typeof statusNews },
  ): readonly StatusNews[] {
    const all = changes.flatMap(({ id, status, alsoChanged }) => [{ id, status }, ...alsoChanged]);
    return all.flatMap(({ id, status }) => {
      const { task } = findOne(where, id);
      const { evidence, forced } = notes?.get(id) ?? {};
      const isNews = task.status !== status || evidence !== undefined || forced !== undefined;
      if (!isNews) return [];
      return [
        newsOf({
          workspace: basename(this.#options.root),
          tag: where.tag.name,
          task: { id, title: task.title },
          status,
          previous: task.status,
          at: where.nowIso,
          ...(evidence === undefined ? {} : { evidence }),
          ...(forced === undefined ? {} : { forced }),
        }),
      ];
    });
  }
}
