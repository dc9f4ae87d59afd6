import { basename, join } from "node:path";
import { z } from "zod";
import { lockFile } from "../../platform/exclusive-file.ts";
import { readdirOrEmpty, readTextIfThere, rm, writeAtomically } from "../../platform/files.ts";
import { StatusNews } from "./status-news.ts";

/** News on its way, as one file. It names no address and no token: both are read when it is sent. */
const Letter = z.strictObject({
  news: StatusNews,
  /** Tries so far. */
  tries: z.int().min(0),
  /** Why the last one failed. */
  problem: z.string().optional(),
});
export type Letter = z.infer<typeof Letter>;

export type Box = "pending" | "given-up";

/** A letter and where it lies. */
export interface StoredLetter extends Letter {
  readonly file: string;
}

/**
 * What the status hook has still to be told, in the user's state folder: a file a letter, written in one step, so that nothing
 * is lost whenever a process ends. Letters come in the order in which they were written.
 */
export class Outbox {
  readonly #folder: string;

  /** `folder` is absolute and made when there is a first letter. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keeps news that was made at one moment, in its order. */
  async put(news: readonly StatusNews[]): Promise<void> {
    for (const [index, each] of news.entries()) {
      const moment = each.at.replaceAll(/[^0-9TZ]/g, "");
      const name = `${moment}-${String(index).padStart(4, "0")}-${each.key.slice(0, 24)}.json`;
      await this.#write("pending", name, { news: each, tries: 0 });
    }
  }

  /** The letters of a box, oldest first. What cannot be read is no letter of ours and is left alone. */
  async letters(box: Box): Promise<readonly StoredLetter[]> {
    const names = (await readdirOrEmpty(join(this.#folder, box))).filter((name) => name.endsWith(".json"));
    const read = await Promise.all(
      names.toSorted().map(async (name) => {
        const file = join(this.#folder, box, name);
        const letter = readLetter(await readTextIfThere(file));
        return letter === undefined ? [] : [{ ...letter, file }];
      }),
    );
    return read.flat();
  }

  /** Writes what became of a try. */
  async note({ file, ...letter }: StoredLetter, tried: Pick<Letter, "tries" | "problem">): Promise<void> {
    await this.#write("pending", basename(file), { ...letter, ...tried });
  }

  async remove({ file }: StoredLetter): Promise<void> {
    await rm(file, { force: true });
  }

  /** Puts a letter into the other box. A process that ends in between leaves it in both; its key tells that it is the same. */
  async move(stored: StoredLetter, box: Box, problem: string | undefined): Promise<void> {
    const { news, tries, file } = stored;
    await this.#write(box, basename(file), { news, tries, ...(problem === undefined ? {} : { problem }) });
    await this.remove(stored);
  }

  /** Holds the box, so that one process at a time sends; `undefined` when another one does so for longer than `waitMs`. */
  async hold(waitMs: number): Promise<{ readonly release: () => void } | undefined> {
    return lockFile(join(this.#folder, "sending.lock"), waitMs);
  }

  async #write(box: Box, name: string, letter: Letter): Promise<void> {
    await writeAtomically(join(this.#folder, box, name), `${JSON.stringify(letter)}\n`, { mode: 0o600, durable: true });
  }
}

function readLetter(text: string | undefined): Letter | undefined {
  if (text === undefined) return undefined;
  try {
    return Letter.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
