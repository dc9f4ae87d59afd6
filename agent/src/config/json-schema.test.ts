import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { CHECKERS } from "../checkers/registry.ts";
import { sampleRun } from "../core/testing/samples.ts";
import { RunReport } from "../protocol/index.ts";
import { toRunReport } from "../report/run-report.ts";
import { hostileRun } from "../report/testing/hostile-run.ts";
import { configJsonSchema, reportJsonSchema } from "./json-schema.ts";
import { resolveConfig } from "./resolve.ts";

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const ajv = new Ajv2020({ strict: false, validateFormats: false });
const configSchema = configJsonSchema([...CHECKERS.values()]);
const validateConfig = ajv.compile(configSchema);
const accepts = (text: string) => validateConfig(parse(text));

describe("the schema of trigate.yaml", () => {
  test("is shipped as the code has it (node .github/scripts/schemas.mjs writes it)", () => {
    expect(JSON.parse(read("agent/schema/trigate.schema.json"))).toEqual(JSON.parse(JSON.stringify(configSchema)));
  });

  test("accepts this repository's own file", () => {
    expect(accepts(read("trigate.yaml")) ? [] : validateConfig.errors).toEqual([]);
  });

  test.each([
    "version: 1\nchecks: { oxlint: {} }",
    "version: 1\nchecks:\n  oxlint:\n  tsc: { project: web/tsconfig.json, timeout: 90s, optional: true }",
    "version: 1\nchecks: { mine: { tool: oxlint, typeAware: true } }",
    "version: 1\nchecks: { api: { command: [npm, test], report: { junit: out.xml }, suite: integration } }",
    'version: 1\nchecks: { bench: { command: [b], report: google-benchmark } }\ngates: { performance: { latency: { "a/*": p99 < 1us } } }',
    "version: 1\nchecks: { oxlint: { tool: tsc } }",
    'version: 1\nchecks: { vitest: { coverage: c/lcov.info } }\ngates: { test: { unit_coverage: ">= 90%", duration: < 5min } }\nadvisory: [vitest]',
  ])("accepts what the agent accepts: %j", (text) => {
    expect(resolveConfig(text, CHECKERS)).toMatchObject({ ok: true });
    expect(accepts(text) ? [] : validateConfig.errors).toEqual([]);
  });

  test.each([
    "checks: { oxlint: {} }",
    "version: 2\nchecks: { oxlint: {} }",
    "version: 1\nchecks: {}",
    "version: 1\nchecks: { oxlint: {} }\nextra: 1",
    "version: 1\nchecks: { oxlint: { typeAwar: true } }",
    "version: 1\nchecks: { oxlint: { typeAware: yes please } }",
    "version: 1\nchecks: { oxlint: { timeout: soon } }",
    "version: 1\nchecks: { mine: {} }",
    "version: 1\nchecks: { mine: { tool: oxlnt } }",
    "version: 1\nchecks: { mine: { tool: tsc, typeAware: true } }",
    "version: 1\nchecks: { oxlint: {} }\ngates: { static: { code_stile: 100% } }",
    "version: 1\nchecks: { oxlint: {} }\ngates: { static: { duplication: { a: 3% } } }",
  ])("refuses what the agent refuses: %j", (text) => {
    expect(resolveConfig(text, CHECKERS)).toMatchObject({ ok: false });
    expect(accepts(text)).toBe(false);
  });

  test("describes every key that an editor can offer", () => {
    const bare: string[] = [];
    const look = (value: unknown, path: string): void => {
      if (typeof value !== "object" || value === null) return;
      if (
        "properties" in value &&
        typeof value.properties === "object" &&
        value.properties !== null &&
        !/\/(if|allOf)\b/.test(path)
      ) {
        for (const [key, property] of Object.entries(value.properties)) {
          if (typeof property === "object" && property !== null && !("description" in property))
            bare.push(`${path}/${key}`);
        }
      }
      for (const [key, part] of Object.entries(value)) look(part, `${path}/${key}`);
    };
    look(configSchema, "");
    expect(bare).toEqual([]);
  });
});

describe("the schema of the run report", () => {
  const schema = reportJsonSchema(RunReport);
  const validate = ajv.compile(schema);

  test("is shipped as the code has it", () => {
    expect(JSON.parse(read("agent/schema/run-report.schema.json"))).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  test("accepts reports and refuses anything else", () => {
    for (const run of [sampleRun(), hostileRun()])
      expect(validate(JSON.parse(JSON.stringify(toRunReport(run)))) ? [] : validate.errors).toEqual([]);
    expect(validate({})).toBe(false);
    expect(validate({ ...toRunReport(sampleRun()), verdict: "green" })).toBe(false);
  });
});
