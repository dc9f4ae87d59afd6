/** How a check that the agent makes itself is "found": the program is the Node that the agent runs in. */
export const RUN_BY_AGENT = {
  install: "npm install --save-dev @trigate/agent",
  locate: async (): Promise<readonly string[]> => [process.execPath],
  version: { args: ["--version"], pattern: /v(\d+\.\d+\.\d+)/ },
} as const;
