import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, expect, test } from "vitest";
import { apiAttackChecker } from "../../src/checkers/performance/api-attack/adapter.ts";
import { runChecker } from "../../src/checkers/testing/run-checker.ts";
import { asyncApiDescription } from "../../src/protocol/async-api.ts";
import { Endpoint, METHODS } from "../../src/protocol/index.ts";
import { buildAgent, Workspace } from "./front-door.ts";

const made: Workspace[] = [];
beforeAll(buildAgent, 120_000);
afterEach(async () => {
  for (const one of made.splice(0)) {
    await one.trigate("daemon", "stop");
    one.dispose();
  }
});

/** Everything but what ends the subject. */
const EXCEPT = ["daemon/stop"];

test("the agent's own ws API withstands an attack from its own description", { timeout: 180_000 }, async () => {
  const one = new Workspace();
  made.push(one);
  one.write("trigate.yaml", "version: 1\nchecks:\n  shellcheck: {}\n");
  one.folder.commit("config");
  expect((await one.trigate("daemon", "start")).exitCode).toBe(0);
  const endpoint = endpointOf(one);
  const { findings, evidence, problems } = await runChecker(apiAttackChecker, {
    workspace: { "asyncapi.json": JSON.stringify(asyncApiDescription(), null, 2) },
    settings: {
      description: "asyncapi.json",
      url: endpoint.url,
      headers: { Authorization: "Bearer ${DAEMON_TOKEN}" },
      except: EXCEPT,
      requests: 450,
      requestTimeoutMs: 20_000,
    },
    env: { DAEMON_TOKEN: endpoint.token },
  });
  expect({ findings, problems }).toEqual({ findings: [], problems: [] });
  const count = Object.keys(METHODS).length - EXCEPT.length;
  expect(evidence?.summary).toContain(`of ${count} of ${count} operations`);
});

/** Where the workspace's daemon says that it listens. */
function endpointOf({ stateFolder }: Workspace): Endpoint {
  const file = readdirSync(stateFolder, { recursive: true, encoding: "utf8" }).find((path) =>
    path.endsWith("endpoint.json"),
  );
  if (file === undefined) throw new Error("the daemon wrote no endpoint");
  return Endpoint.parse(JSON.parse(readFileSync(join(stateFolder, file), "utf8")));
}
