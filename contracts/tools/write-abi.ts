import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";

const root = path.join(import.meta.dirname, "..");
const Artifact = z.object({ abi: z.array(z.unknown()) });

/** The committed ABI as text, made from what the compiler wrote last. Rejects when the contract was not compiled. */
export async function abiText(): Promise<string> {
  const file = path.join(root, "artifacts/src/ArbExecutor.sol/ArbExecutor.json");
  const { abi } = Artifact.parse(JSON.parse(await readFile(file, "utf8")));
  return `${JSON.stringify(abi, null, 2)}\n`;
}

/** Where the committed ABI lies; the engine reads it from there. */
export const ABI_FILE = path.join(root, "abi/ArbExecutor.json");

if (import.meta.main) {
  await mkdir(path.dirname(ABI_FILE), { recursive: true });
  await writeFile(ABI_FILE, await abiText());
}
