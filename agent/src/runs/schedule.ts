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
    const exclusiveRuns = [...running.keys()].some(({ exclusive }) => exclusive);
    const isFree = (resource: string) =>
      [...running.keys()].filter(({ resources }) => resources?.includes(resource)).length < (capacity[resource] ?? 1);
    const nextShared = ready.find(({ exclusive, resources }) => !exclusive && (resources ?? []).every(isFree));
    const nextExclusive = ready.find(({ exclusive }) => exclusive);
    if (nextShared !== undefined && !exclusiveRuns && running.size < concurrency) start(nextShared);
    else if (ready.every(({ exclusive }) => exclusive) && nextExclusive !== undefined && running.size === 0)
      start(nextExclusive);
    else if (running.size > 0) await Promise.race(running.values());
    else break;
  }
  if (failures.length > 0) throw failures[0];
}
