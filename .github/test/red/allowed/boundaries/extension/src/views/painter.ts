import { Uri } from "vscode";
import type { Tree } from "../model/tree.ts";

export const paint = (tree: Tree) => [Uri, tree];
