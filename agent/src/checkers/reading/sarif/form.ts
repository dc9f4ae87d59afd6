import { z } from "zod";

const Artifact = z.object({
  uri: z.string().optional(),
  uriBaseId: z.string().optional(),
  index: z.int().optional(),
});
export type SarifArtifact = z.infer<typeof Artifact>;

const Region = z.object({
  startLine: z.int().optional(),
  startColumn: z.int().optional(),
  endLine: z.int().optional(),
  endColumn: z.int().optional(),
  charOffset: z.int().optional(),
  charLength: z.int().optional(),
});
export type SarifRegion = z.infer<typeof Region>;

const Message = z.object({
  text: z.string().optional(),
  markdown: z.string().optional(),
  id: z.string().optional(),
  arguments: z.array(z.string()).optional(),
});
export type SarifMessage = z.infer<typeof Message>;

/** One entry of a run's `results`, as far as it is read. */
const Result = z.object({
  ruleId: z.string().optional(),
  ruleIndex: z.int().optional(),
  rule: z.object({ id: z.string().optional(), index: z.int().optional() }).optional(),
  level: z.string().optional(),
  kind: z.string().default("fail"),
  baselineState: z.string().optional(),
  message: Message,
  locations: z
    .array(
      z.object({
        physicalLocation: z.object({ artifactLocation: Artifact.optional(), region: Region.optional() }).optional(),
      }),
    )
    .default([]),
  suppressions: z.array(z.object({ status: z.string().optional(), justification: z.string().optional() })).default([]),
  fixes: z
    .array(
      z.object({
        description: Message.optional(),
        artifactChanges: z.array(
          z.object({
            artifactLocation: Artifact,
            replacements: z.array(
              z.object({
                deletedRegion: Region,
                insertedContent: z.object({ text: z.string().optional() }).optional(),
              }),
            ),
          }),
        ),
      }),
    )
    .optional(),
});
export type WrittenResult = z.infer<typeof Result>;

const Rule = z.object({
  id: z.string(),
  helpUri: z.string().optional(),
  defaultConfiguration: z.object({ level: z.string().optional() }).optional(),
  messageStrings: z.record(z.string(), z.object({ text: z.string() })).optional(),
});
export type SarifRule = z.infer<typeof Rule>;

const Notification = z.object({
  level: z.string().optional(),
  message: z.object({ text: z.string().optional() }).optional(),
});

const Component = z.object({
  name: z.string(),
  version: z.string().optional(),
  semanticVersion: z.string().optional(),
  rules: z.array(Rule).default([]),
});

const Run = z.object({
  tool: z.object({ driver: Component, extensions: z.array(Component).default([]) }),
  invocations: z
    .array(
      z.object({
        executionSuccessful: z.boolean().optional(),
        toolExecutionNotifications: z.array(Notification).optional(),
        toolConfigurationNotifications: z.array(Notification).optional(),
      }),
    )
    .optional(),
  artifacts: z
    .array(
      z.object({ location: z.object({ uri: z.string().optional(), uriBaseId: z.string().optional() }).optional() }),
    )
    .default([]),
  originalUriBaseIds: z
    .record(z.string(), z.object({ uri: z.string().optional(), uriBaseId: z.string().optional() }))
    .default({})
    .transform((bases) => new Map(Object.entries(bases))),
  columnKind: z.string().optional(),
  // The standard writes null, or leaves it out, where an analysis was begun and never finished.
  results: z.array(Result).nullish(),
});
export type SarifRun = z.infer<typeof Run>;

export const SarifLog = z.object({ version: z.literal("2.1.0"), runs: z.array(Run) });
