import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { TrigateError } from "../errors/trigate-error.ts";
import { applyEdits } from "../tasks/file/json-edit.ts";
import { changeTask, type Edited, findOne, type TagOf, taskNode } from "../tasks/file/tag-edit.ts";
import type { LoggedCommit } from "../vcs/commit-log.ts";
import { isCalled, isClaude, isPerson } from "./authors.ts";
import { type Rate, rateOf } from "./beta.ts";
import { type FileWork, Ownership } from "./ownership.ts";
import type { NotedTask } from "./task-material.ts";

/** Somebody who could take a task, and what speaks for and against it. */
export interface Candidate {
  readonly name: string;
  readonly email: string;
  /** Share of the work at the files of the task, 0 to 1. */
  readonly ownership: number;
  /** Tasks that she has in progress. */
  readonly inProgress: readonly string[];
  /** What candidates are ordered by: the ownership, divided by 1 and a half for each task in progress. */
  readonly score: number;
  /** Where she committed most, at most three files. */
  readonly files: readonly FileWork[];
  readonly lastCommitMs: number | undefined;
}

/** What is known of Claude Code's success on tasks such as this one. */
export interface ClaudeRecord {
  /** `good` and `poor` only where 9 in 10 of what is likely lies on that side. */
  readonly verdict: "good" | "poor" | "not-known";
  /** Whether the rate is of tasks of a like score, or of all, since too few are alike. */
  readonly of: "like-tasks" | "all-tasks";
  readonly rate: Rate;
}

export interface Suggestion {
  readonly id: string;
  readonly title: string;
  readonly assignee: string | undefined;
  /** Files and folders that the task names and that are there, and files that it names and that are not. */
  readonly paths: readonly string[];
  /** The likeliest first. Where the task names no path, by the work on everything. */
  readonly candidates: readonly Candidate[];
  readonly claude: ClaudeRecord;
  /** The moment for which all this holds, in milliseconds since 1970. */
  readonly nowMs: number;
}

export interface SuggestionSource {
  readonly noted: NotedTask;
  /** All tasks of all tags. */
  readonly tasks: readonly NotedTask[];
  readonly commits: readonly LoggedCommit[];
  /** What the task names; folders with the files below them. */
  readonly paths: readonly string[];
  readonly files: readonly string[];
  readonly scoreOf: (noted: NotedTask) => number | undefined;
  readonly nowMs: number;
  readonly halfLifeDays: number;
  readonly most: number;
}

const FEWEST_ALIKE = 5;
const GOOD = 0.6;
const POOR = 0.5;
const SHOWN_FILES = 3;
/** A commit that touches more files is a move or a new format, and says nothing of who knows them. */
const WIDEST = 50;

/** Who should take a task. Pure: the same history gives the same answer. */
export function suggest(source: SuggestionSource): Suggestion {
  const { noted, tasks, commits, paths, files, nowMs, halfLifeDays, most } = source;
  const ownership = new Ownership(halfLifeDays);
  const names = new Map<string, string>();
  const people = commits.filter((commit) => isPerson(commit) && commit.files.length <= WIDEST);
  for (const commit of people.toSorted((a, b) => a.atMs - b.atMs)) {
    ownership.add(commit);
    names.set(commit.email, commit.name);
  }
  const candidates = ownership.shares(files, nowMs).map(({ email, share }): Candidate => {
    const name = names.get(email) ?? email;
    const inProgress = tasksOf({ name, email }, tasks, noted);
    return {
      name,
      email,
      ownership: share,
      inProgress,
      score: share / (1 + inProgress.length / 2),
      files: ownership.workOf(email, files).slice(0, SHOWN_FILES),
      lastCommitMs: ownership.lastSeen(email),
    };
  });
  return {
    id: noted.task.id,
    title: noted.task.title,
    assignee: noted.assignee,
    paths,
    candidates: candidates.toSorted((a, b) => b.score - a.score).slice(0, most),
    claude: claudeRecord(source),
    nowMs,
  };
}

/** Ids of the other tasks that somebody has in progress. */
function tasksOf(
  person: { readonly name: string; readonly email: string },
  tasks: readonly NotedTask[],
  but: NotedTask,
): readonly string[] {
  return tasks
    .filter(
      ({ task, assignee }) => task.status === "in-progress" && assignee !== undefined && isCalled(person, assignee),
    )
    .filter((noted) => noted !== but)
    .map(({ task }) => task.id);
}

function claudeRecord({ noted, tasks, scoreOf }: SuggestionSource): ClaudeRecord {
  const tried = tasks.flatMap((other) => {
    const isSuccess = outcomeOf(other);
    return isSuccess === undefined || other === noted ? [] : [{ isSuccess, band: bandOf(scoreOf(other)) }];
  });
  const band = bandOf(scoreOf(noted));
  const alike = band === undefined ? [] : tried.filter((other) => other.band === band);
  const isEnough = alike.length >= FEWEST_ALIKE;
  const used = isEnough ? alike : tried;
  const rate = rateOf(used.filter(({ isSuccess }) => isSuccess).length, used.length);
  const verdict = rate.interval.low >= GOOD ? "good" : rate.interval.high < POOR ? "poor" : "not-known";
  return { verdict, of: isEnough ? "like-tasks" : "all-tasks", rate };
}

/** Where a task stands that was given up, for now or for good. */
const GIVEN_UP: ReadonlySet<string> = new Set(["cancelled", "blocked", "deferred"]);

/**
 * Whether a task that Claude Code had was a success: done by proof. Done without proof against the gates, cancelled, blocked or put
 * off is none. `undefined` for tasks that were not Claude Code's, that are open, or that were done with nobody looking.
 */
function outcomeOf({ task, record, assignee }: NotedTask): boolean | undefined {
  const forced = record.forced ?? [];
  const by = [assignee, record.evidence?.by, ...forced.map((entry) => entry.by)];
  if (!by.some((name) => name !== undefined && isClaude(name))) return undefined;
  if (GIVEN_UP.has(task.status)) return false;
  if (task.status !== "done") return undefined;
  if (record.evidence !== undefined) return true;
  return forced.length > 0 ? false : undefined;
}

/** Tasks of one band are alike: 1 to 3, 4 to 6, 7 to 10. */
function bandOf(score: number | undefined): number | undefined {
  if (score === undefined) return undefined;
  return score < 4 ? 0 : score < 7 ? 1 : 2;
}

const Metadata = z.looseObject({ trigate: z.looseObject({}).optional() });

/**
 * Writes down who is to do a task, in `metadata.trigate.assignee`; a blank name takes it away. All else in `metadata` stays. Throws
 * as {@link findOne} does, and `tasks/invalid` where `metadata` is something that nothing can be added to.
 */
export function setAssignee(where: TagOf, id: string, name: string): Edited<{ readonly id: string }> {
  const { task } = findOne(where, id);
  const metadata = Metadata.safeParse(taskNode(where, id).property("metadata")?.value() ?? {});
  if (!metadata.success)
    throw new TrigateError("tasks/invalid", {
      file: where.file,
      problem: `metadata of task ${task.id} is no object, so nobody can be noted in it`,
    });
  const { assignee: _before, ...others } = metadata.data.trigate ?? {};
  const trigate = name.trim() === "" ? others : { ...others, assignee: name.trim() };
  const isSame = isDeepStrictEqual(trigate, metadata.data.trigate ?? {});
  const edits = isSame ? [] : changeTask(where, id, { metadata: { ...metadata.data, trigate } });
  return { text: applyEdits(where.document.text, edits), meaning: { id: task.id } };
}
