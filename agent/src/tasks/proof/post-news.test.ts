import { expect, test } from "vitest";
import { postNews } from "./post-news.ts";
import { statusNews } from "./status-news.ts";

const news = statusNews({
  workspace: "w",
  tag: "master",
  task: { id: "1", title: "One" },
  status: "done",
  previous: "pending",
  at: "2026-01-01T00:00:00.000Z",
});

async function post(url: string, token: string | undefined, answer: () => Response | Promise<Response>) {
  const asked: Request[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    asked.push(new Request(input, init));
    return answer();
  };
  const signal = new AbortController().signal;
  return { posted: await postNews(news, { url, token, timeoutMs: 1000, signal, fetch }), asked };
}

test.each([
  ["http://hooks.example.org/x", "a token in clear"],
  [`https://${["me", "secret"].join(":")}@hooks.example.org/x`, "a password in the address"],
])("%s is asked nothing: %s", async (url) => {
  const { posted, asked } = await post(url, "token", () => new Response());
  expect(posted.outcome).toBe("never");
  expect(asked).toEqual([]);
});

test.each([
  ["https://hooks.example.org/x", "token"],
  ["http://127.0.0.1:1/x", "token"],
  ["http://hooks.example.org/x", undefined],
])("%s is asked", async (url, token) => {
  const { posted, asked } = await post(url, token, () => new Response(null, { status: 204 }));
  expect(posted).toEqual({ outcome: "sent" });
  expect(asked[0]?.headers.get("authorization")).toBe(token === undefined ? null : "Bearer token");
  expect(asked[0]?.headers.get("idempotency-key")).toBe(news.key);
  expect(asked[0]?.redirect).toBe("manual");
});

test.each([
  [408, "later"],
  [429, "later"],
  [500, "later"],
  [599, "later"],
  [302, "never"],
  [400, "never"],
  [401, "never"],
  [410, "never"],
])("%i means %s, and no word of the answer is repeated", async (status, outcome) => {
  const { posted } = await post("https://h.example.org/", "token", () => new Response("token", { status }));
  expect(posted.outcome).toBe(outcome);
  expect(JSON.stringify(posted)).not.toContain("token");
});

test("what the system says of a failure is told by its code alone", async () => {
  const refused = () => {
    throw new TypeError("fetch failed: token", { cause: Object.assign(new Error("token"), { code: "ECONNREFUSED" }) });
  };
  const { posted } = await post("https://h.example.org/", "token", refused);
  expect(posted).toEqual({ outcome: "later", problem: "it cannot be reached (ECONNREFUSED)" });
});

test("a pause that the other side asks for is kept", async () => {
  const headers = { "retry-after": "2" };
  const { posted } = await post(
    "https://h.example.org/",
    undefined,
    () => new Response(null, { status: 503, headers }),
  );
  expect(posted).toMatchObject({ outcome: "later", waitMs: 2000 });
});
