/** What the rules of the graph need of a planned item. */
export interface PlannedItem {
  readonly id: number;
  readonly title: string;
  readonly dependencies: readonly number[];
}

/** What an answer's items must fit to. */
export interface GraphRules {
  readonly firstId: number;
  /** Ids beside the answer's own that may be depended on. */
  readonly known: ReadonlySet<number>;
  /** What the items are called in messages: `task` or `subtask`. */
  readonly noun: string;
  /** How many there must be; `undefined` leaves it to the model. */
  readonly count?: number | undefined;
}

/**
 * What is wrong with the items of an answer, in words for the model: the count, ids that are not in a row, a title twice, a
 * dependency on nothing, on itself or on what comes later. Since dependencies only point backwards there can be no cycle.
 */
export function graphProblems(items: readonly PlannedItem[], rules: GraphRules): readonly string[] {
  const { firstId, count, noun } = rules;
  const wrongCount = count !== undefined && items.length !== count;
  const inRow = items.every(({ id }, index) => id === firstId + index);
  return [
    ...(wrongCount ? [`there must be exactly ${count} ${noun}s, and there are ${items.length}`] : []),
    ...(inRow
      ? []
      : [
          `the ids must count ${firstId}, ${firstId + 1}, … in the order of the ${noun}s; they are ${items.map(({ id }) => id).join(", ")}`,
        ]),
    ...repeatedTitles(items, noun),
    ...items.flatMap((item) => dependencyProblems(item, items, rules)),
  ];
}

function repeatedTitles(items: readonly PlannedItem[], noun: string): readonly string[] {
  const first = new Map<string, number>();
  return items.flatMap(({ id, title }) => {
    const key = title.trim().toLowerCase();
    const before = first.get(key);
    if (before === undefined) first.set(key, id);
    return before === undefined ? [] : [`${noun} ${id} has the same title as ${noun} ${before}`];
  });
}

function dependencyProblems(
  { id, dependencies }: PlannedItem,
  items: readonly PlannedItem[],
  { known, noun }: GraphRules,
): readonly string[] {
  const own = new Set(items.map((item) => item.id));
  return dependencies.flatMap((dependency) => {
    if (dependency === id) return [`${noun} ${id} depends on itself`];
    if (own.has(dependency))
      return dependency < id
        ? []
        : [`${noun} ${id} depends on ${dependency}, which comes after it: put it later or turn the dependency round`];
    return known.has(dependency) ? [] : [`${noun} ${id} depends on ${dependency}, which does not exist`];
  });
}
