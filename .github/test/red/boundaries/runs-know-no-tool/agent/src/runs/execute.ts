import { ruff } from "../checkers/static/ruff/adapter.ts";

export const execute = ruff;
