import { createServer, type IncomingMessage } from "node:http";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { isTrigateError } from "../errors/trigate-error.ts";
import { publishComment } from "./pull-request-comment.ts";

/** A server that keeps the comments of one pull request, as GitHub's REST API would. */
async function commentServer({ token, pageSize = 100 }: { token: string; pageSize?: number }) {
  const comments: { id: number; body: string | null }[] = [];
  const server = createServer((request, response) => {
    void answer(request).then(({ status, value }) => {
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
    });
  });
  const answer = async (request: IncomingMessage) => {
    const url = new URL(request.url ?? "", "http://server");
    if (request.headers.authorization !== `Bearer ${token}`)
      return { status: 401, value: { message: `Bad credentials ${request.headers.authorization}` } };
    const html_url = "http://server/o/r/pull/7#comment";
    if (request.method === "GET" && url.pathname === "/repos/o/r/issues/7/comments") {
      const page = Number(url.searchParams.get("page"));
      return { status: 200, value: comments.slice((page - 1) * pageSize, page * pageSize) };
    }
    const { body } = z.object({ body: z.string() }).parse(JSON.parse(await textOf(request)));
    if (request.method === "POST" && url.pathname === "/repos/o/r/issues/7/comments") {
      comments.push({ id: comments.length + 1, body });
      return { status: 201, value: { html_url } };
    }
    const found = comments.find(({ id }) => url.pathname === `/repos/o/r/issues/comments/${id}`);
    if (request.method !== "PATCH" || found === undefined) return { status: 404, value: {} };
    found.body = body;
    return { status: 200, value: { html_url } };
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  afterEach(() => void server.close());
  return { comments, apiUrl: `http://127.0.0.1:${address.port}` };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

const MARKER = "<!-- marker -->";
const target = (apiUrl: string, token = "secret-token") => ({ apiUrl, token, repository: "o/r", pullRequest: 7 });

test("the first run writes, the next ones write in the same place", async () => {
  const { comments, apiUrl } = await commentServer({ token: "secret-token" });
  comments.push({ id: 1, body: "hello" }, { id: 2, body: null });
  const first = await publishComment(target(apiUrl), { marker: MARKER, body: `${MARKER} one` });
  const second = await publishComment(target(`${apiUrl}/`), { marker: MARKER, body: `${MARKER} two` });
  expect([first.updated, second.updated]).toEqual([false, true]);
  expect(comments.map(({ body }) => body)).toEqual(["hello", null, `${MARKER} two`]);
});

test("finds its comment behind the first page", async () => {
  const { comments, apiUrl } = await commentServer({ token: "secret-token" });
  for (let id = 1; id <= 120; id++) comments.push({ id, body: id === 115 ? `${MARKER} old` : "other" });
  await publishComment(target(apiUrl), { marker: MARKER, body: `${MARKER} new` });
  expect(comments).toHaveLength(120);
  expect(comments[114]?.body).toBe(`${MARKER} new`);
});

test("a refusal is an error that does not tell the token", async () => {
  const { apiUrl } = await commentServer({ token: "another" });
  const error = await publishComment(target(apiUrl), { marker: MARKER, body: "x" }).catch((thrown: unknown) => thrown);
  expect(isTrigateError(error, "report/not-published")).toBe(true);
  expect(String(error)).toContain("401");
  expect(String(error)).not.toContain("secret-token");
});

test("a service that is not there is an error", async () => {
  const error = await publishComment(target("http://127.0.0.1:9"), { marker: MARKER, body: "x" }).catch(
    (e: unknown) => e,
  );
  expect(isTrigateError(error, "report/not-published")).toBe(true);
});
