import { readReport } from "../benchmarks/read.ts";

export const lcov = readReport;
