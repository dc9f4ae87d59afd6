import { readFileSync } from "node:fs";

/** Reads recordings out of the `testdata` folder beside a test: `const testdata = testdataOf(import.meta.url)`. */
export function testdataOf(testUrl: string): (name: string) => string {
  return (name) => readFileSync(new URL(`testdata/${name}`, testUrl), "utf8");
}
