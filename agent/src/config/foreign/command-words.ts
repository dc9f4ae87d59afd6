/** What starts another program from an environment, and how many words it takes. */
const STARTERS: readonly (readonly string[])[] = [
  ["npx", "--no-install"],
  ["npx", "--no"],
  ["npx", "--yes"],
  ["npx", "-y"],
  ["npx"],
  ["bunx"],
  ["pnpx"],
  ["pnpm", "exec"],
  ["pnpm", "dlx"],
  ["yarn", "exec"],
  ["npm", "exec", "--"],
  ["npm", "exec"],
  ["poetry", "run"],
  ["pipenv", "run"],
  ["pdm", "run"],
  ["hatch", "run"],
  ["rye", "run"],
  ["uv", "run"],
  ["uvx"],
  ["python", "-m"],
  ["python3", "-m"],
];

/** The words of a command line, quotes taken off; `undefined` for one that needs a shell: pipes, variables, several commands. */
export function wordsOf(line: string): readonly string[] | undefined {
  const words: string[] = [];
  const word = /\s*(?:((?:[^\s"'\\|&;<>$`()]|\\[^\n]|"(?:[^"\\$`]|\\.)*"|'[^']*')+))/y;
  let at = 0;
  const text = line.trim();
  while (at < text.length) {
    word.lastIndex = at;
    const match = word.exec(text);
    if (match === null) return undefined;
    const written = match[1] ?? "";
    // What stands in quotes, or after a backslash, is meant as it is.
    const parts = written.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)|([^"'\\]+)/gs);
    words.push(
      [...parts].map(([, double, single, escaped, plain]) => double ?? single ?? escaped ?? plain ?? "").join(""),
    );
    at = word.lastIndex;
  }
  return words;
}

/** The program and its arguments, without what only finds the program: `npx`, `poetry run`, `python -m`. */
export function withoutStarter(words: readonly string[]): readonly string[] {
  const starter = STARTERS.find((each) => each.every((word, index) => words[index] === word));
  if (starter === undefined) {
    const direct = /(?:^|\/)node_modules\/\.bin\/([^/]+)$/.exec(words[0] ?? "")?.[1];
    return direct === undefined ? words : [direct, ...words.slice(1)];
  }
  return words.length > starter.length ? withoutStarter(words.slice(starter.length)) : words;
}
