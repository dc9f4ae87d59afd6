import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Job, runJobs } from "./schedule.ts";

interface Seen {
  readonly order: string[];
  most: number;
  /** Whether an exclusive job ever had company. */
  disturbed: boolean;
  /** Jobs that began before one that they wait for had ended. */
  readonly early: string[];
}

type Planned = Omit<Job, "run"> & { readonly ticks: number; readonly fails?: boolean };

/** Jobs that take some turns of the event loop each, and a record of how they ran. */
function watched(planned: readonly Planned[]): { jobs: Job[]; seen: Seen } {
  const seen: Seen = { order: [], most: 0, disturbed: false, early: [] };
  const running = new Set<Planned>();
  const over = new Set<string>();
  const known = new Set(planned.map(({ id }) => id));
  const jobs = planned.map((plan) => ({
    ...plan,
    run: async () => {
      seen.order.push(plan.id);
      if (plan.after.some((id) => known.has(id) && !over.has(id))) seen.early.push(plan.id);
      running.add(plan);
      for (let tick = 0; tick <= plan.ticks; tick++) {
        seen.most = Math.max(seen.most, running.size);
        if (running.size > 1 && [...running].some(({ exclusive }) => exclusive)) seen.disturbed = true;
        await new Promise((resolve) => setImmediate(resolve));
      }
      running.delete(plan);
      over.add(plan.id);
      if (plan.fails === true) throw new Error(plan.id);
    },
  }));
  return { jobs, seen };
}

const go = { concurrency: 2, stop: () => false };
/** Jobs that wait only for earlier ones, so that there is no circle, and for ids that do not exist. */
const anyJobs = fc
  .array(
    fc.record({
      ticks: fc.nat(3),
      exclusive: fc.boolean(),
      after: fc.array(fc.nat(9), { maxLength: 3 }),
      fails: fc.constant(false),
    }),
    { maxLength: 8 },
  )
  .map((drawn) =>
    drawn.map(
      (job, index): Planned => ({
        ...job,
        id: String(index),
        after: job.after.map((other) => (other < index ? String(other) : `nobody-${other}`)),
      }),
    ),
  );

describe("runJobs", () => {
  test("runs every job once, within the limit, exclusive ones alone, none before what it waits for", async () => {
    await fc.assert(
      fc.asyncProperty(anyJobs, fc.integer({ min: 1, max: 4 }), async (planned, concurrency) => {
        const { jobs, seen } = watched(planned);
        await runJobs(jobs, { concurrency, stop: () => false });
        expect(seen.order.toSorted()).toEqual(planned.map(({ id }) => id).toSorted());
        expect(seen.most).toBeLessThanOrEqual(concurrency);
        expect([seen.disturbed, seen.early]).toEqual([false, []]);
      }),
      { numRuns: 150 },
    );
  });

  test("keeps to the order that was given where nothing speaks against it", async () => {
    const { jobs, seen } = watched(["a", "b", "c", "d"].map((id) => ({ id, after: [], exclusive: false, ticks: 0 })));
    await runJobs(jobs, { ...go, concurrency: 1 });
    expect(seen.order).toEqual(["a", "b", "c", "d"]);
  });

  test("uses the room that there is", async () => {
    const { jobs, seen } = watched(["a", "b", "c"].map((id) => ({ id, after: [], exclusive: false, ticks: 2 })));
    await runJobs(jobs, { ...go, concurrency: 3 });
    expect(seen.most).toBe(3);
  });

  test.each([
    { capacity: undefined, most: 1 },
    { capacity: { db: 2 }, most: 2 },
  ])("lets as many have a resource as there is room for: $most", async ({ capacity, most }) => {
    const holding = ["a", "b", "c"].map((id) => ({ id, after: [], exclusive: false, resources: ["db"], ticks: 2 }));
    const { jobs, seen } = watched([...holding, { id: "alone", after: [], exclusive: true, ticks: 1 }]);
    await runJobs(jobs, { concurrency: 4, stop: () => false, capacity });
    expect([seen.most, seen.order.length, seen.disturbed]).toEqual([most, 4, false]);
  });

  test("after a failure nothing more is started, what runs may end, and the first failure is given", async () => {
    const { jobs, seen } = watched([
      { id: "slow", after: [], exclusive: false, ticks: 5 },
      { id: "bad", after: [], exclusive: false, ticks: 1, fails: true },
      { id: "never", after: [], exclusive: false, ticks: 0 },
    ]);
    let slowEnded = false;
    const patient = jobs.map((job) =>
      job.id === "slow"
        ? {
            ...job,
            run: async () => {
              await job.run();
              slowEnded = true;
            },
          }
        : job,
    );
    await expect(runJobs(patient, go)).rejects.toThrow("bad");
    expect([seen.order, slowEnded]).toEqual([["slow", "bad"], true]);
  });

  test("a stop keeps further jobs from starting and is no failure", async () => {
    const { jobs, seen } = watched(["a", "b", "c"].map((id) => ({ id, after: [], exclusive: false, ticks: 0 })));
    await runJobs(jobs, { concurrency: 1, stop: () => seen.order.length > 1 });
    expect(seen.order).toEqual(["a", "b"]);
  });
});
