/** A piece of work that may have to wait for others. */
export interface Job {
  readonly id: string;
  /** Ids of jobs that have to be over first; ids that are not among the jobs are ignored. */
  readonly after: readonly string[];
  /** Runs while nothing else does. */
  readonly exclusive: boolean;
  /** What it takes up while it runs. */
  readonly resources?: readonly string[] | undefined;
  readonly run: () => Promise<void>;
}

export interface JobLimits {
  readonly concurrency: number;
  readonly stop: () => boolean;
  readonly capacity?: Readonly<Record<string, number>> | undefined;
}

/**
 * Runs jobs, at most `concurrency` at a time, in the given order where their dependencies allow. Exclusive jobs run
 * alone, after the others that are ready. A resource is taken up by one job at a time, or as many as `capacity` says. Rejects with the first failure after the jobs under way have ended; `stop`
 * keeps further jobs from starting.
 */
export async function runJobs(jobs: readonly Job[], { concurrency, stop, capacity = {} }: JobLimits): Promise<void> {
  const waiting = new Set(jobs);
  const known = new Set(jobs.map(({ id }) => id));
  const over = new Set<string>();
  const running = new Map<Job, Promise<void>>();
  const failures: unknown[] = [];
  const start = (job: Job) => {
    waiting.delete(job);
    const done = job
      .run()
      .catch((error: unknown) => void failures.push(error))
      .finally(() => {
        running.delete(job);
        over.add(job.id);
      });
    running.set(job, done);
  };
  for (;;) {
    const halted = failures.length > 0 || stop();
    const ready = halted ? [] : [...waiting].filter(({ after }) => after.every((id) => over.has(id) || !known.has(id)));
    const next = nextOf(ready, [...running.keys()], { concurrency, capacity });
    if (next !== undefined) start(next);
    else if (running.size > 0) await Promise.race(running.values());
    else break;
  }
  if (failures.length > 0) throw failures[0];
}

/** The job that may start beside those that run: the first that shares, and an exclusive one when only such are left. */
function nextOf(
  ready: readonly Job[],
  running: readonly Job[],
  { concurrency, capacity }: { concurrency: number; capacity: Readonly<Record<string, number>> },
): Job | undefined {
  if (running.some(({ exclusive }) => exclusive)) return undefined;
  const isFree = (resource: string) =>
    running.filter(({ resources }) => resources?.includes(resource)).length < (capacity[resource] ?? 1);
  const sharing = ready.find(({ exclusive, resources = [] }) => !exclusive && resources.every(isFree));
  if (sharing !== undefined && running.length < concurrency) return sharing;
  return running.length === 0 && ready.every(({ exclusive }) => exclusive) ? ready[0] : undefined;
}
