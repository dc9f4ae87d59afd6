export type Verdict = "passed";
