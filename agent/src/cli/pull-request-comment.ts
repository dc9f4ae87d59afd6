import { z } from "zod";
import { messageOf, TrigateError } from "../errors/trigate-error.ts";

/** Where a comment goes, and with whose right. */
export interface CommentTarget {
  /** Root of the REST API, `https://api.github.com` or that of an own server. */
  readonly apiUrl: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly pullRequest: number;
  readonly token: string;
}

const Comment = z.object({ id: z.int(), body: z.string().nullish() });
const Comments = z.array(Comment);
const Written = z.object({ html_url: z.string() });

const PAGE = 100;
const MOST_PAGES = 30;
const TIMEOUT_MS = 30_000;

/**
 * Writes the comment that begins with `marker`, in the place of the one that an earlier run left. Gives its address.
 * Throws `report/not-published` when the service refuses or does not answer.
 */
export async function publishComment(
  target: CommentTarget,
  { marker, body }: { marker: string; body: string },
): Promise<{ readonly url: string; readonly updated: boolean }> {
  const root = `${target.apiUrl.replace(/\/$/, "")}/repos/${target.repository}/issues`;
  const earlier = await findComment(target, { root, marker });
  const { html_url } =
    earlier === undefined
      ? await ask(target, { method: "POST", url: `${root}/${target.pullRequest}/comments`, body }, Written)
      : await ask(target, { method: "PATCH", url: `${root}/comments/${earlier}`, body }, Written);
  return { url: html_url, updated: earlier !== undefined };
}

async function findComment(
  target: CommentTarget,
  { root, marker }: { root: string; marker: string },
): Promise<number | undefined> {
  for (let page = 1; page <= MOST_PAGES; page++) {
    const url = `${root}/${target.pullRequest}/comments?per_page=${PAGE}&page=${page}`;
    const comments = await ask(target, { method: "GET", url }, Comments);
    const found = comments.find(({ body }) => body?.startsWith(marker));
    if (found !== undefined) return found.id;
    if (comments.length < PAGE) return undefined;
  }
  return undefined;
}

interface Question {
  readonly method: "GET" | "POST" | "PATCH";
  readonly url: string;
  readonly body?: string;
}

async function ask<T>({ token, apiUrl }: CommentTarget, question: Question, schema: z.ZodType<T>): Promise<T> {
  const { method, url, body } = question;
  const refuse = (problem: string, cause?: unknown) =>
    new TrigateError("report/not-published", { service: apiUrl, problem: problem.replaceAll(token, "***") }, { cause });
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      headers: {
        Accept: "application/vnd.github+json",
        Authorization: `Bearer ${token}`,
        "X-GitHub-Api-Version": "2022-11-28",
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify({ body }) }),
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    text = await response.text();
  } catch (error) {
    throw refuse(`${method} was not answered: ${messageOf(error)}`, error);
  }
  if (!response.ok) throw refuse(`${method} was answered with ${response.status}: ${text.slice(0, 200)}`);
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw refuse(`${method} was answered with something else than expected`, error);
  }
}
