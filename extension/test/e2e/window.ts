import { z } from "zod";

const Answer = z.union([z.object({ value: z.unknown() }), z.object({ error: z.string() })]);
const place = z.object({ TRIGATE_PAGE_URL: z.url(), TRIGATE_PAGE_TOKEN: z.string() });

/** Asks the stand-in to look at, or act on, the page that shows this window. Only the stand-in has one. */
async function ask(action: string, options: object = {}): Promise<unknown> {
  const { TRIGATE_PAGE_URL: url, TRIGATE_PAGE_TOKEN: token } = place.parse(process.env);
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ action, ...options }) });
  const answer = Answer.parse(await response.json());
  if ("error" in answer) throw new Error(`${action} ${JSON.stringify(options)}: ${answer.error}`);
  return answer.value;
}

/** Keeps a picture of the whole window under this name. */
export const screenshot = async (name: string): Promise<void> => void (await ask("screenshot", { name }));

/** Visible texts of every element that matches. */
export const texts = async (selector: string): Promise<string[]> =>
  z.array(z.string()).parse(await ask("texts", { selector }));

/** What a screen reader reads of every element that matches. */
export const labels = async (selector: string): Promise<string[]> =>
  z.array(z.string()).parse(await ask("labels", { selector }));

/** The picture behind each element that matches, as CSS has it. */
export const backgrounds = async (selector: string): Promise<string[]> =>
  z.array(z.string()).parse(await ask("backgrounds", { selector }));

export const count = async (selector: string): Promise<number> => z.number().parse(await ask("count", { selector }));
export const click = async (selector: string): Promise<void> => void (await ask("click", { selector }));
export const press = async (keys: string): Promise<void> => void (await ask("press", { keys }));
