import { show } from "../cli/render.ts";

export const next = show;
