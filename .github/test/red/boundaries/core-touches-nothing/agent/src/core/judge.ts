import path from "node:path";

export const separator = path.sep;
