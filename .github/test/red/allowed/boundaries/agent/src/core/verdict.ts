import { TrigateError } from "../errors/trigate-error.ts";

export const verdict = TrigateError;
