import { z } from "zod";
import { METRIC_IDS, metricDefinition } from "../core/metrics.ts";
import type { KnownChecker } from "./resolved.ts";
import { COMMON_CHECK_KEYS, WrittenCheck, WrittenConfig } from "./written.ts";

/** A checker with the words that an editor shows for it. */
export interface DescribedChecker extends KnownChecker {
  readonly title: string;
}

type Schema = z.core.JSONSchema.JSONSchema;

/**
 * The form of `trigate.yaml` for editors: what may stand where, with its description. A value that it accepts can still be
 * refused by what no schema can say, such as a gate that no check feeds; a file that `resolveConfig` accepts it accepts too.
 */
export function configJsonSchema(checkers: readonly DescribedChecker[]): Schema {
  const schema = inputSchema(WrittenConfig);
  const own = checkers.map((checker) => [checker.id, checkSchema(checker)] as const);
  return {
    ...schema,
    title: "trigate.yaml",
    description: "What Trigate runs in this workspace and what decides.",
    required: (schema.required ?? []).filter((key) => key !== "checks" && key !== "version"),
    anyOf: [{ required: ["version", "checks"] }, { required: ["extends"] }],
    properties: {
      ...schema.properties,
      checks: checksSchema(checkers),
      gates: withMetricTitles(schema.properties?.["gates"]),
    },
    $defs: {
      ...schema.$defs,
      ...Object.fromEntries(own.map(([id, check]) => [`check-${id}`, check])),
      "check-of-any-name": anyNameSchema(checkers),
    },
  };
}

/** The form of the report of `trigate run --format json`, for programs that read it. */
export function reportJsonSchema(report: z.ZodType): Schema {
  return { ...inputSchema(report), title: "Trigate run report" };
}

function inputSchema(type: z.ZodType): Schema {
  return z.toJSONSchema(type, { io: "input", unrepresentable: "any" });
}

/** The settings that every check has together with those of this checker. An entry without any may be left empty. */
function checkSchema({ id, title, settings }: DescribedChecker): Schema {
  const common = inputSchema(WrittenCheck);
  const own = inputSchema(settings);
  const tool: Schema = { const: id, description: `The checker: ${title}.` };
  const required = own.required ?? [];
  const map: Schema = {
    type: "object",
    properties: { ...common.properties, tool, ...own.properties },
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
  return { description: title, ...(required.length === 0 ? { anyOf: [map, { type: "null" }] } : map) };
}

function checksSchema(checkers: readonly DescribedChecker[]): Schema {
  const anyName: Schema = { $ref: "#/$defs/check-of-any-name" };
  const properties = checkers.map(({ id, title }): [string, Schema] => [
    id,
    {
      description: title,
      // A key that happens to be a checker's name may still ask for another one.
      if: { properties: { tool: { const: id } } },
      // eslint-disable-next-line unicorn/no-thenable
      then: { $ref: `#/$defs/check-${id}` },
      else: anyName,
    },
  ]);
  return {
    type: "object",
    description: "What runs: a checker's name, or a name of your own with a tool or a report.",
    minProperties: 1,
    properties: Object.fromEntries(properties),
    additionalProperties: anyName,
  };
}

/** A check under a name of its own says by `tool` or by the format of its `report` which checker it is. */
function anyNameSchema(checkers: readonly DescribedChecker[]): Schema {
  const common = inputSchema(WrittenCheck);
  const ids = checkers.map(({ id }) => id);
  const byTool = ids.map(
    (id): Schema => ({
      allOf: [{ required: ["tool"], properties: { tool: { const: id } } }, { $ref: `#/$defs/check-${id}` }],
    }),
  );
  const byReport = checkers
    .flatMap(({ id, reports = [] }) => [...new Set([id, ...reports])].map((format) => ({ id, format })))
    .map(
      ({ id, format }): Schema => ({
        allOf: [
          {
            required: ["report"],
            properties: { tool: false, report: { anyOf: [{ const: format }, { type: "object", required: [format] }] } },
          },
          { $ref: `#/$defs/check-${id}` },
        ],
      }),
    );
  return {
    type: "object",
    description: "A check under a name of your own.",
    properties: {
      ...Object.fromEntries(COMMON_CHECK_KEYS.map((key) => [key, common.properties?.[key] ?? true])),
      tool: { enum: ids, description: "The checker to use." },
    },
    anyOf: [...byTool, ...byReport],
  };
}

function withMetricTitles(gates: Schema | boolean | undefined): Schema {
  if (typeof gates !== "object") throw new TypeError("the configuration's schema has lost its gates");
  const stages = Object.entries(gates.properties ?? {}).map(([stage, stageSchema]) => {
    if (typeof stageSchema !== "object") throw new TypeError(`the configuration's schema has lost the stage ${stage}`);
    const metrics = METRIC_IDS.filter((id) => metricDefinition(id).stage === stage).map((id) => {
      const { title, unit, defaultLimit } = metricDefinition(id);
      const usual = defaultLimit === undefined ? "Judged only when it is named here." : `Default: ${defaultLimit}.`;
      const written = stageSchema.properties?.[id];
      return [
        id,
        { ...(typeof written === "object" ? written : {}), description: `${title}, in ${unit}. ${usual}` },
      ] as const;
    });
    return [stage, { ...stageSchema, properties: Object.fromEntries(metrics) }] as const;
  });
  return { ...gates, properties: Object.fromEntries(stages) };
}
