/** What a package manager's command starts with, and flags that its packages are written with. */
const MANAGERS: readonly { readonly start: string; readonly flags: readonly string[] }[] = [
  { start: "pip install", flags: [] },
  { start: "npm install --save-dev", flags: ["--save-exact"] },
];

/** Joins the commands that install single tools: one for each package manager, and the others as they are. */
export function joinInstallCommands(commands: readonly string[]): readonly string[] {
  const joined = MANAGERS.flatMap(({ start, flags }) => {
    const packages = commands
      .filter((command) => isOf(command, start))
      .flatMap((command) => command.slice(start.length).trim().split(/\s+/))
      .filter((word) => word !== "" && !flags.includes(word));
    return packages.length === 0 ? [] : [`${start} ${[...new Set(packages)].join(" ")}`];
  });
  const others = commands.filter((command) => !MANAGERS.some(({ start }) => isOf(command, start)));
  return [...joined, ...new Set(others)];
}

/** A command that goes on after the installation is not one of packages only. */
function isOf(command: string, start: string): boolean {
  return command.startsWith(`${start} `) && !/[&|;<>"']/.test(command);
}
