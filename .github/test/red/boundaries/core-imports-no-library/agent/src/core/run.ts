import { z } from "zod";

export const Run = z.string();
