import { getNodeValue, type ParseError, parseTree } from "jsonc-parser";
import * as z from "zod/mini";
import { TrigateError } from "../../errors/trigate-error.ts";
import { placeAt } from "./json-edit.ts";
import { DEFAULT_TAG, type TagDocument, type TaskDocument } from "./parse-tasks.ts";
import { inWorkspace, readFileText, TASK_FILES } from "./task-file.ts";

const State = z.object({ currentTag: z.nullish(z.string("must be a text")) });
const Config = z.object({ global: z.nullish(z.object({ defaultTag: z.nullish(z.string("must be a text")) })) });

/**
 * The name of the tag that counts: the one asked for, else `currentTag` of `state.json`, else `defaultTag` of
 * `config.json`, else `master`.
 */
export async function activeTagName(root: string, asked: string | undefined): Promise<string> {
  if (asked !== undefined && asked !== "") return asked;
  const state = await readTaskSettings(root, TASK_FILES.state, State);
  if (state?.currentTag) return state.currentTag;
  const config = await readTaskSettings(root, TASK_FILES.config, Config);
  return config?.global?.defaultTag || DEFAULT_TAG;
}

/**
 * The tag of a document. A name that the file does not have is refused, not replaced by another: a write to the wrong
 * list is worse than none. `undefined` when the file has no tags at all.
 */
export function pickTag({ tags }: TaskDocument, name: string): TagDocument | undefined {
  const tag = tags.get(name);
  if (tag !== undefined || tags.size === 0) return tag;
  const known = [...tags.keys()].map((key) => JSON.stringify(key)).join(", ");
  throw new TrigateError("usage/bad-argument", {
    problem: `there is no tag ${JSON.stringify(name)}`,
    hint: `the tags are ${known}`,
  });
}

/** A settings file of the other program, or `undefined` where there is none. Throws `tasks/unreadable` or `tasks/invalid`. */
export async function readTaskSettings<Output>(
  root: string,
  file: string,
  schema: z.core.$ZodType<Output>,
): Promise<Output | undefined> {
  const read = await readFileText(await inWorkspace(root, file));
  if (read === undefined) return undefined;
  const errors: ParseError[] = [];
  const tree = parseTree(read.text, errors);
  const [first] = errors;
  if (tree === undefined || first !== undefined) {
    throw new TrigateError("tasks/unreadable", {
      file,
      problem: "it is no JSON",
      ...placeAt(read.text, first?.offset ?? 0),
    });
  }
  const parsed = z.safeParse(schema, getNodeValue(tree));
  if (!parsed.success) throw new TrigateError("tasks/invalid", { file, problem: z.prettifyError(parsed.error) });
  return parsed.data;
}
