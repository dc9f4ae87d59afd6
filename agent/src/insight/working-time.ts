const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** No day counts for more: the rest of it is night, or another task. */
const LONGEST_DAY_HOURS = 8;

/**
 * Hours of work between two moments (milliseconds since 1970): each day of UTC counts with what lies in it, at most 8 hours.
 * Saturdays and Sundays in between count nothing, but one on which the work began or ended was worked on. Time zones need not be
 * known: where the working day of 8 hours lies across midnight of UTC, its two parts add up to it.
 */
export function workingHours(fromMs: number, toMs: number): number {
  const [first, last] = [Math.floor(fromMs / DAY_MS), Math.floor(toMs / DAY_MS)];
  const hoursOf = (day: number) => {
    const within = Math.min(toMs, (day + 1) * DAY_MS) - Math.max(fromMs, day * DAY_MS);
    return Math.min(LONGEST_DAY_HOURS, Math.max(0, within) / HOUR_MS);
  };
  if (last <= first) return last < first ? 0 : hoursOf(first);
  return hoursOf(first) + hoursOf(last) + LONGEST_DAY_HOURS * weekdaysBetween(first, last);
}

/** Days from Monday to Friday after one day and before another, both counted from 1970, which began on a Thursday. */
function weekdaysBetween(first: number, last: number): number {
  const upTo = (day: number) => {
    const sinceMonday = day + 3;
    return 5 * Math.floor(sinceMonday / 7) + Math.min(5, sinceMonday - 7 * Math.floor(sinceMonday / 7));
  };
  return upTo(last) - upTo(first + 1);
}

/** Hours as people say them: minutes, hours, or days of 8 hours. */
export function hoursText(hours: number): string {
  if (hours < 1) return `${Math.max(1, Math.round(hours * 60))} min`;
  if (hours < 2 * LONGEST_DAY_HOURS) return `${round(hours)} h`;
  return `${round(hours / LONGEST_DAY_HOURS)} d`;
}

function round(value: number): string {
  return value < 10 ? String(Math.round(value * 10) / 10) : String(Math.round(value));
}
