export * from "./rpc.ts";
export * from "./run-report.ts";
export * from "./tasks.ts";
