import { expect } from "vitest";
import { startTestDaemon, type TestDaemon } from "./test-daemon.ts";

const opened: TestDaemon[] = [];

/** A daemon that {@link disposeDaemons} ends. */
export async function daemonWith(options: Parameters<typeof startTestDaemon>[0] = {}): Promise<TestDaemon> {
  const started = await startTestDaemon(options);
  opened.push(started);
  return started;
}

/** For `afterEach`. */
export async function disposeDaemons(): Promise<void> {
  for (const started of opened.splice(0)) await started.dispose();
}

/** A request. */
export const call = (method: string, params: unknown = {}, id: unknown = 1) => ({ jsonrpc: "2.0", id, method, params });

/** What an answer with an error looks like, where `dataCode` is the agent's own code of it. */
export const failure = (code: number, dataCode?: string) =>
  expect.objectContaining({
    error: expect.objectContaining({ code, ...(dataCode === undefined ? {} : { data: { code: dataCode } }) }),
  });

/** What an answer with a result looks like. */
export const result = (value: unknown) => expect.objectContaining({ result: value });
