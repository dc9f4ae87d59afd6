export { type Run } from "../core/run.ts";
