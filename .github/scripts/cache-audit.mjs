// Proves the cache's key: changes every part of it once, by real means, in a real workspace, and prints what came of it.
// Usage: node .github/scripts/cache-audit.mjs   Ends with 1 when any answer was wrong.
import { tryMutations } from "../../agent/src/runs/testing/key-mutations.ts";
import { MutableWorkspace } from "../../agent/src/runs/testing/mutable-workspace.ts";

const workspace = new MutableWorkspace();
try {
  const results = await tryMutations(workspace);
  console.log("part          must       did        changed by");
  for (const { mutation, isRight, hitAfterwards } of results) {
    const must = mutation.missing === undefined ? "hit" : "look again";
    const did = isRight ? must : must === "hit" ? "look again" : "WRONG HIT";
    const late = hitAfterwards ? "" : "  (and no hit afterwards)";
    console.log(`${mutation.part.padEnd(13)} ${must.padEnd(10)} ${did.padEnd(10)} ${mutation.name}${late}`);
  }
  const wrong = results.filter(({ isRight, mutation }) => !isRight && mutation.missing !== undefined).length;
  const needless = results.filter(({ isRight, mutation }) => !isRight && mutation.missing === undefined).length;
  const lost = results.filter(({ hitAfterwards }) => !hitAfterwards).length;
  console.log(`${results.length} changes: ${wrong} wrong hits, ${needless} needless misses, ${lost} answers not kept`);
  process.exitCode = wrong + needless + lost === 0 ? 0 : 1;
} finally {
  workspace.remove();
}
