import type { Uri } from "vscode";

export type Place = Uri;
