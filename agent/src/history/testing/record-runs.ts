import { sampleRun } from "../../core/testing/samples.ts";
import { mergeCoverage } from "../../coverage/merge.ts";
import { SqliteHistory } from "../sqlite-history.ts";

// One of several processes that write one history: FILE NAME COUNT.
const [file = "", name = "", count = "0"] = process.argv.slice(2);
const history = new SqliteHistory(file, {
  warn: (message) => {
    throw new Error(message);
  },
  mergeCoverage,
});
for (let index = 0; index < Number(count); index++) await history.record(sampleRun({ id: `${name}-${index}` }));
history.close();
