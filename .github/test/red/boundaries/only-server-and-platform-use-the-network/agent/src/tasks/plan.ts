import { get } from "node:https";

export const plan = get;
