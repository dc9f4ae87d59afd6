import { z } from "zod";

/** The settings that every checker of functions has. */
export const ShownFunctions = z
  .strictObject({
    complexity: z
      .int()
      .min(1)
      .default(10)
      .describe("Functions of at least this cyclomatic complexity are marked. Default: 10."),
    length: z.int().min(1).default(100).describe("Functions of at least this many lines are marked. Default: 100."),
  })
  .prefault({})
  .describe("Which functions are marked in editors and reports; gates decide by their own limits.");
