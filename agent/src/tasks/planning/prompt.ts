import { join } from "node:path";
import { readTextIfThere } from "../../platform/files.ts";

/** The build copies the folder beside what it makes of this file. */
const FOLDER = join(import.meta.dirname, "prompts");
const SYSTEM = "# System\n";
const TASK = "# Task\n";

/** Names of the files in `prompts/`. */
export type PromptName = "parse-prd" | "analyze-complexity" | "expand" | "update";

/** What is said to a model: who it is to be, and what it is asked. */
export interface Prompt {
  readonly system: string;
  readonly prompt: string;
}

/**
 * A prompt of our own with its gaps filled. A gap is `{{name}}`; a line `{{#name}}…{{/name}}` stands only when the value is not
 * empty. A gap without a value and a value without a gap are mistakes in the program and throw.
 */
export async function fillPrompt(name: PromptName, values: Readonly<Record<string, string>>): Promise<Prompt> {
  const file = join(FOLDER, `${name}.md`);
  const text = await readTextIfThere(file);
  if (text === undefined) throw new Error(`the prompt ${file} is missing; build the agent again`);
  const at = text.indexOf(TASK);
  if (!text.startsWith(SYSTEM) || at < 0) throw new Error(`the prompt ${name} needs "# System" and "# Task"`);
  const used = new Set<string>();
  const system = fill(text.slice(SYSTEM.length, at), values, used);
  const prompt = fill(text.slice(at + TASK.length), values, used);
  const unused = Object.keys(values).filter((key) => !used.has(key));
  if (unused.length > 0) throw new Error(`the prompt ${name} has no gap for ${unused.join(", ")}`);
  return { system, prompt };
}

function fill(template: string, values: Readonly<Record<string, string>>, used: Set<string>): string {
  const take = (key: string): string => {
    const value = values[key];
    if (value === undefined) throw new Error(`the prompt's gap ${key} has no value`);
    used.add(key);
    return value;
  };
  const chosen = template.replaceAll(
    /\{\{#([a-zA-Z]+)\}\}([\s\S]*?)\{\{\/\1\}\}\n?/g,
    (_all, key: string, inner: string) => (take(key) === "" ? "" : inner),
  );
  // One pass over the template only: what a value says is never taken for a gap.
  return chosen.replaceAll(/\{\{([a-zA-Z]+)\}\}/g, (_all, key: string) => take(key)).trim();
}
