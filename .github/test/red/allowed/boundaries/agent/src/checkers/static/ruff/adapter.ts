import { shape } from "../../checker.ts";
import { parse } from "./parse.ts";

export const ruff = [shape, parse];
