// Reads the arguments that test runners and people give to a desktop `code`.

/**
 * Every `--name=value` and `--name value` of the flags that take one; anything else that starts with a dash is a switch.
 * What remains is the folder to open.
 */
const TAKES_VALUE = new Set([
  "extensionDevelopmentPath",
  "extensionTestsPath",
  "extensions-dir",
  "user-data-dir",
  "install-extension",
]);

/** @returns {{ values: (name: string) => string[], has: (name: string) => boolean, folder: string | undefined }} */
export function readArguments(argv) {
  const flags = [];
  const rest = [];
  for (let at = 0; at < argv.length; at++) {
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(argv[at]) ?? [];
    if (name === undefined) rest.push(argv[at]);
    else if (value === undefined && TAKES_VALUE.has(name)) flags.push([name, argv[++at] ?? ""]);
    else flags.push([name, value ?? ""]);
  }
  return {
    values: (name) => flags.filter(([flag]) => flag === name).map(([, value]) => value),
    has: (name) => flags.some(([flag]) => flag === name),
    folder: rest.find((word) => !word.startsWith("-")),
  };
}
