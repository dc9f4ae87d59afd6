import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { it } from "node:test";
import { ABI_FILE, abiText } from "../tools/write-abi.ts";

it("the committed ABI is what the compiler makes of the sources", async () => {
  const committed = await readFile(ABI_FILE, "utf8");
  assert.equal(committed, await abiText(), "run `npm run -w @trigate/contracts build` and commit abi/");
});
