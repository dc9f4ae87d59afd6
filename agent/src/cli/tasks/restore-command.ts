import type { Command } from "commander";
import { plainText } from "../../report/plain-text.ts";
import { type Open, print } from "./task-subcommand.ts";

interface RestoreOptions {
  readonly list?: true;
  readonly json?: true;
}

/** `trigate tasks restore`: what to do when the task file was broken or lost. */
export function addRestore(parent: Command, open: Open): void {
  parent
    .command("restore")
    .description("put back a good version of the task file; what is in the file now is kept")
    .argument(
      "[version]",
      "the time of the version, or its beginning; the newest that is another than the file if none is named",
    )
    .option("--list", "show the versions, the newest first, and change nothing")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  trigate tasks restore --list\n  trigate tasks restore 2026-11-22T10:15")
    .action(async (version: string | undefined, options: RestoreOptions) => {
      const { tasks } = await open();
      if (options.list) {
        const versions = (await tasks.versions()).map(({ version: keptAt, bytes }) => ({ version: keptAt, bytes }));
        print(options.json, { versions }, ({ colors }) =>
          versions.length === 0
            ? "no version is kept yet; one is after each change that trigate makes"
            : versions.map((kept) => `${kept.version}  ${colors.dim(`${kept.bytes} bytes`)}`).join("\n"),
        );
        return;
      }
      const restored = await tasks.restore(version);
      print(options.json, restored, () =>
        [
          `${restored.file} is as it was at ${restored.version}`,
          ...(restored.setAside === undefined
            ? []
            : [`what was in it could not be read and is now in ${plainText(restored.setAside)}`]),
        ].join("\n"),
      );
    });
}
