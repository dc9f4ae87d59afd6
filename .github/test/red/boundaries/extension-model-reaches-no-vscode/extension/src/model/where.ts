import { Uri } from "vscode";

export const place = Uri;
