// task-master-ai's own command line, loaded once: a process of its own for each command takes 3 to 5 seconds.
// Argument: the folder of the package. Takes { id, args } from its parent and answers { id, output }.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const dist = join(process.argv[2], "dist");
const bundle = readdirSync(dist).find((name) => /^commands-.*\.js$/.test(name));
const { runCLI } = await import(pathToFileURL(join(dist, bundle)).href);
// A command that fails ends its process; here it only ends the command.
process.exit = (code) => {
  throw new Error(`exit ${code}`);
};

async function run(args) {
  let output = "";
  const write = process.stdout.write.bind(process.stdout);
  const { log, error: logError } = console;
  process.stdout.write = (chunk) => {
    output += chunk;
    return true;
  };
  console.log = console.error = (...parts) => {
    output += `${parts.join(" ")}\n`;
  };
  try {
    await runCLI(["node", "task-master", ...args]);
  } catch (error) {
    output += `\n${error.message}\n`;
  } finally {
    process.stdout.write = write;
    console.log = log;
    console.error = logError;
  }
  return output;
}

process.on("message", ({ id, args }) => {
  void run(args).then((output) => process.send({ id, output }));
});
process.on("disconnect", () => process.reallyExit(0));
process.send({ ready: true });
