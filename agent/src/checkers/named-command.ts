/** How a check without a tool of its own is "found": there is nothing to run without a `command`, and nothing to propose. */
export const NAMED_COMMAND = {
  locate: async (): Promise<undefined> => undefined,
  version: { args: ["--version"], pattern: /(?!)/ },
  detect: async (): Promise<undefined> => undefined,
} as const;
