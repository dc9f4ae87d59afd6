import { readFile, rename, rm, writeFile } from "node:fs/promises";

/** The files that the engine reads and writes, as a port, so that tests and other hosts bring their own. */
export interface Files {
  /** All bytes of a file; rejects with what the system says. */
  read(file: string): Promise<Uint8Array>;
  /** Writes a whole file: either all of it is there afterwards, or what was there before. */
  write(file: string, text: string): Promise<void>;
}

/** The real file system. */
export const nodeFiles: Files = {
  read: (file) => readFile(file),
  async write(file, text) {
    const temporary = `${file}.${process.pid}.tmp`;
    try {
      await writeFile(temporary, text);
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  },
};
