import { Command } from "commander";
import { bridgeLsp } from "../../server/lsp/bridge.ts";
import { startOrJoin } from "../../server/lifecycle/start-or-join.ts";
import type { OpenDaemonServices } from "./services.ts";
import { startOptions } from "./start-options.ts";

/** `trigate lsp`: what an editor starts as its language server. It carries messages to the daemon and has no mind of its own. */
export function lspCommand(open: OpenDaemonServices): Command {
  return new Command("lsp")
    .description("speak LSP on standard input and output, on behalf of the daemon of this workspace")
    .option("--stdio", "the only way there is, and the default")
    .option("--clientProcessId <pid>", "given by some editors; the end of the input is what counts")
    .addHelpText(
      "after",
      "\nExample:\n  trigate lsp --stdio\n\nThe daemon is started when it does not run. Nothing but LSP is printed.",
    )
    .exitOverride()
    .action(async () => {
      const services = await open();
      const client = await startOrJoin(startOptions(services, "trigate lsp"));
      const { endpoint } = client;
      const over = bridgeLsp({
        endpoint,
        env: toolEnvironment(services.env),
        input: process.stdin,
        output: process.stdout,
      });
      client.close();
      try {
        await over;
      } finally {
        // An editor may keep its end open after it said exit.
        process.stdin.destroy();
      }
    });
}

/** The editor's environment without what it put there for itself. */
function toolEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const own = /^(VSCODE|ELECTRON|CHROME)_/;
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined || own.test(name) ? [] : [[name, value]])),
  );
}
