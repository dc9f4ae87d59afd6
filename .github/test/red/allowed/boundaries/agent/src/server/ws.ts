import { createServer } from "node:http";
import type { Hello } from "../protocol/index.ts";
import { run } from "../runs/run.ts";

export const ws = (hello: Hello) => [createServer, hello, run];
