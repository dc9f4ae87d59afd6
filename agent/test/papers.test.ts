// The papers of the repository are checked against the code, so that what they name exists. Each check is a function from
// text to complaints; beside each stands a case that it must complain about.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { ERROR_CODES } from "../src/errors/trigate-error.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const filesIn = (folder: string, ending: string) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => (folder === "" ? name : `${folder}/${name}`));

const ROOT_PAPERS = filesIn("", ".md");
const ADRS = filesIn(".github/adr", ".md").filter((file) => /\/\d{4}-/.test(file));
const PAPERS = [
  ...ROOT_PAPERS,
  ...filesIn(".github/adr", ".md"),
  ...filesIn("agent/docs", ".md"),
  ".github/pull_request_template.md",
];
/** Packages whose `src` has rooms that ARCHITECTURE.md has to name. */
const PACKAGES = ["agent", "extension", "engine", "native", "contracts"];

/** Text without fenced blocks, so that a drawing or a sample is not taken for prose. */
const prose = (text: string) => text.replaceAll(/^( *)```[\s\S]*?^\1```$/gm, "");
/** What stands in code marks or fenced blocks: only there a command is meant to be typed. */
const codeIn = (text: string) => [
  ...[...text.matchAll(/^ *```\w*\n([\s\S]*?)^ *```$/gm)].flatMap(([, block = ""]) => block.split("\n")),
  ...[...prose(text).matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code),
];

/** The rooms that a section of ARCHITECTURE.md names, with what it says about each. */
function roomsNamed(text: string, name: string): ReadonlyMap<string, string> {
  const [, section = ""] = new RegExp(`^## [^\\n]*\`${name}/src/\`\\n([\\s\\S]*?)^## `, "m").exec(`${text}\n## `) ?? [];
  const items = section.matchAll(/^- \*\*`([\w-]+)\/`\*\*([\s\S]*?)(?=^- |^$)/gm);
  return new Map([...items].map(([, room = "", words = ""]) => [room, words.replaceAll(/\s+/g, " ").trim()]));
}

/** The folders that hold at least one file; a folder without is not in version control. */
function roomsThere(folder: string): readonly string[] {
  const hasFile = (path: string): boolean =>
    readdirSync(path, { withFileTypes: true }).some(
      (entry) => entry.isFile() || (entry.isDirectory() && hasFile(join(path, entry.name))),
    );
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && hasFile(join(ROOT, folder, entry.name)))
    .map(({ name }) => name)
    .toSorted();
}

/** The anchor that a heading gets on GitHub. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, "")
    .trim()
    .replaceAll(/\s/g, "-");
const anchorsIn = (text: string) =>
  new Set([...prose(text).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading)));

/** Relative links of a page that lead nowhere, anchors included. */
function brokenLinks(text: string, file: string): readonly string[] {
  const links = [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
  return links.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [path = "", anchor] = target.split("#");
    const found = join(ROOT, dirname(file), path);
    if (!existsSync(found)) return true;
    return anchor !== undefined && !anchorsIn(path === "" ? text : readFileSync(found, "utf8")).has(anchor);
  });
}

const GENERATED = /(^|\/)(out|dist|build|node_modules|\.tools)(\/|$)/;

/** Paths of the repository that a page names in code marks and that are not there. */
function missingPaths(text: string): readonly string[] {
  return codeIn(text)
    .filter((code) => /^(\.github|\.ci|agent|extension|engine|native|contracts)\/[\w./-]*$/.test(code))
    .filter((path) => !GENERATED.test(path) && !existsSync(join(ROOT, path)));
}

const Manifest = z.object({ scripts: z.record(z.string(), z.string()) });
const { scripts: SCRIPTS } = Manifest.parse(JSON.parse(read("package.json")));

/** Whether the root has the npm script, and the file that it starts. */
function canRun(name: string, scripts: Readonly<Record<string, string>> = SCRIPTS): boolean {
  const files = [...(scripts[name]?.matchAll(/\bnode (\S+\.mjs)/g) ?? [])].map(([, file = ""]) => file);
  return Object.hasOwn(scripts, name) && files.every((file) => existsSync(join(ROOT, file)));
}

/** npm scripts that a page tells to run and that cannot be run. */
function missingScripts(text: string): readonly string[] {
  return codeIn(text)
    .flatMap((code) => [...code.matchAll(/\bnpm (?:run (?:-s )?([\w:-]+)|(start|test)\b)/g)])
    .map(([, name, short]) => name ?? short ?? "")
    .filter((name) => !canRun(name));
}

/** A line that somebody is meant to type: `trigate`, a command, perhaps a subcommand, flags. */
interface TypedCommand {
  readonly words: readonly string[];
  readonly flags: readonly string[];
}

function commandsIn(text: string): readonly TypedCommand[] {
  return codeIn(text)
    .flatMap((code) => [...code.matchAll(/(?:^|[\s/("])trigate ([a-z][^`|#";]*)/g)])
    .map(([, rest = ""]) => {
      const parts = rest.trim().split(/\s+/);
      const words = parts
        .slice(0, 2)
        .filter((word, index) => /^[a-z][a-z-]*$/.test(word) && (index === 0 || parts[0] !== "run"));
      return { words, flags: parts.flatMap((part) => /^--?[a-z][\w-]*/.exec(part) ?? []) };
    });
}

/** Helps of the real command line, from its sources, so that no build is needed. Keys are words joined by a space. */
function helpsOf(lines: readonly (readonly string[])[]): ReadonlyMap<string, string> {
  const main = new URL("../src/cli/main.ts", import.meta.url).href;
  const script = `
    const { main } = await import(${JSON.stringify(main)});
    for (const words of ${JSON.stringify(lines)}) {
      process.stdout.write("\\u0000" + words.join(" ") + "\\u0001");
      await main([...words, "--help"]);
    }
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  const parts = stdout
    .split("\u0000")
    .slice(1)
    .map((part) => part.split("\u0001"));
  if (parts.length !== lines.length) throw new Error(`the command line gave no help: ${stderr}`);
  return new Map(parts.map(([words = "", help = ""]) => [words, help]));
}

/** The commands that a help lists. */
const commandsListed = (help: string) =>
  [...(/^Commands:\n([\s\S]*)/m.exec(help)?.[1] ?? "").matchAll(/^ {2}([a-z][\w-]*)/gm)].map(([, name = ""]) => name);

/** What is wrong with a line that somebody is meant to type. */
function commandComplaints({ words, flags }: TypedCommand, helps: ReadonlyMap<string, string>): readonly string[] {
  const [command = "", sub] = words;
  const typed = `trigate ${[...words, ...flags].join(" ")}`;
  if (!commandsListed(helps.get("") ?? "").includes(command)) return [`${typed}: there is no command ${command}`];
  const subcommands = commandsListed(helps.get(command) ?? "");
  if (subcommands.length > 0 && sub !== undefined && !subcommands.includes(sub))
    return [`${typed}: ${command} has no ${sub}`];
  const help = helps.get(subcommands.length > 0 && sub !== undefined ? `${command} ${sub}` : command) ?? "";
  return flags
    .filter((flag) => !new RegExp(`(^|[\\s,])${flag}(?![\\w-])`, "m").test(help))
    .map((flag) => `${typed}: there is no ${flag}`);
}

/** Names of our own rules: those of the import rules and those that the lint configuration names. */
function ownRules(): ReadonlySet<string> {
  const require = createRequire(import.meta.url);
  const Boundaries = z.object({ forbidden: z.array(z.object({ name: z.string() })) });
  const boundaries = Boundaries.parse(require(join(ROOT, ".dependency-cruiser.cjs"))).forbidden.map(({ name }) => name);
  const lint = [...read(".oxlintrc.json").matchAll(/^\s*"([a-z]+\/[a-z-]+)": (?!"off")/gm)].map(
    ([, name = ""]) => name,
  );
  return new Set([...boundaries, ...lint]);
}

interface Guideline {
  readonly number: string;
  readonly heldBy: string;
}

const guidelinesIn = (text: string): readonly Guideline[] =>
  [...text.matchAll(/^\| ([A-Z]\d+) \| .* \| (.*) \|$/gm)].map(([, number = "", heldBy = ""]) => ({ number, heldBy }));

/** A guideline says what holds it: review, or names of rules, checks, flags or files that exist. */
function guidelineComplaints({ number, heldBy }: Guideline, rules: ReadonlySet<string>): readonly string[] {
  const named = [...heldBy.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
  if (named.length === 0 && !heldBy.includes("review")) return [`${number} does not say what holds it`];
  const isThere = (name: string) => {
    if (name.startsWith("npm run ")) return missingScripts(`\`${name}\``).length === 0;
    if (name.startsWith("-")) return read("native/CMakeLists.txt").includes(name);
    if (name.startsWith("agent/")) return existsSync(join(ROOT, name));
    return rules.has(name) || new RegExp(`^ +"?${name}"?: \\[`, "m").test(read(".github/scripts/check.mjs"));
  };
  return named.filter((name) => !isThere(name)).map((name) => `${number}: there is no ${name}`);
}

const scratch = mkdtempSync(join(tmpdir(), "trigate-papers-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("ARCHITECTURE.md", () => {
  const text = read("ARCHITECTURE.md");

  test("has at most 250 lines", () => expect(text.split("\n").length - 1).toBeLessThanOrEqual(250));

  test.each(PACKAGES)("names exactly the rooms of %s", (name) => {
    expect([...roomsNamed(text, name).keys()].toSorted()).toEqual(roomsThere(`${name}/src`));
  });

  test.each(PACKAGES)("says what is never in a room of %s", (name) => {
    const silent = [...roomsNamed(text, name)]
      .filter(([, words]) => !/Never here: .+\./.test(words))
      .map(([room]) => room);
    expect(silent).toEqual([]);
  });

  test("a forgotten room and one that is gone are seen", () => {
    const page =
      "# A\n\n## X: `agent/src/`\n\n- **`core/`** Facts. Never here: IO.\n- **`cellar/`** Wine.\n\nMore.\n\n## Y\n- **`attic/`** No.\n";
    expect([...roomsNamed(page, "agent")]).toEqual([
      ["core", "Facts. Never here: IO."],
      ["cellar", "Wine."],
    ]);
    expect(roomsThere("agent/src")).not.toContain("cellar");
    expect(roomsThere("agent/src").length).toBeGreaterThan(2);
  });
});

describe("every page", () => {
  test("is there", () => {
    expect(ROOT_PAPERS).toEqual(
      expect.arrayContaining(["AGENTS.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"]),
    );
  });

  test.each(PAPERS)("%s has links that lead somewhere", (file) => expect(brokenLinks(read(file), file)).toEqual([]));

  test("a broken link and a broken anchor are seen", () => {
    const page =
      "[a](LICENSE) [b](nowhere.md) [c](CHANGELOG.md#added) [d](CHANGELOG.md#lost) [e](https://x.y) [f](#here) [g](#there)\n\n# Here\n";
    expect(brokenLinks(page, "README.md")).toEqual(["nowhere.md", "CHANGELOG.md#lost", "#there"]);
  });

  test.each(PAPERS)("%s names paths that are there", (file) => expect(missingPaths(read(file))).toEqual([]));

  test("a path that is not there is seen", () => {
    expect(missingPaths("`agent/src/core/` and `agent/src/cellar.ts`, built into `agent/dist/main.mjs`")).toEqual([
      "agent/src/cellar.ts",
    ]);
  });

  test.each(PAPERS)("%s names npm scripts that are there", (file) => expect(missingScripts(read(file))).toEqual([]));

  test("a script that is not there is seen", () => {
    expect(
      missingScripts("`npm test`, `npm run build -- agent`\n\n```sh\nnpm run fly\nnpm run -s check\n```\n"),
    ).toEqual(["fly"]);
  });
});

test("a script without its file is seen", () => {
  const scripts = {
    good: "node .github/scripts/setup.mjs",
    bad: "node .github/scripts/gone.mjs",
    chain: "npm run good",
  };
  expect(["good", "bad", "chain", "none"].filter((name) => canRun(name, scripts))).toEqual(["good", "chain"]);
});

describe("the commands of the pages", () => {
  const typed = PAPERS.flatMap((file) => commandsIn(read(file)).map((command) => ({ file, command })));
  const lines = [
    [],
    ["run"],
    ...typed.map(({ command }) => command.words.slice(0, 1)),
    ...typed.map(({ command }) => command.words),
  ];
  const unique = [...new Map(lines.map((words) => [words.join(" "), words])).values()];
  const helps = helpsOf(unique);

  test("exist, with their flags", () => {
    expect(
      typed.flatMap(({ file, command }) =>
        commandComplaints(command, helps).map((complaint) => `${file}: ${complaint}`),
      ),
    ).toEqual([]);
    expect(typed.length).toBeGreaterThan(5);
  });

  test("a command and a flag that are not there are seen", () => {
    const commands = commandsIn(
      "`trigate fly`, `npx trigate run --stage static --backwards src/x.py`, `trigate run --no-cache`",
    );
    expect(commands.flatMap((command) => commandComplaints(command, helps))).toEqual([
      "trigate fly: there is no command fly",
      "trigate run --stage --backwards: there is no --backwards",
    ]);
  });
});

describe("agent/docs", () => {
  const generate = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(ROOT, "agent/docs/generate.mjs"), ...args], { encoding: "utf8" });

  test("is what the code says", () => {
    const { status, stdout, stderr } = generate("--check");
    expect({ status, stdout, stderr }, "run npx node agent/docs/generate.mjs").toEqual({
      status: 0,
      stdout: "",
      stderr: "",
    });
  });

  test("a table that lacks a row is seen, and mended", () => {
    expect(generate(scratch).status).toBe(0);
    const page = join(scratch, "errors.md");
    writeFileSync(page, readFileSync(page, "utf8").replace(/^\| `run\/cancelled`.*\n/m, ""));
    expect(generate("--check", scratch)).toMatchObject({ status: 1, stdout: "not what the code says: errors.md\n" });
    expect(generate(scratch).status).toBe(0);
    expect(generate("--check", scratch).status).toBe(0);
  }, 30_000);

  test("lists every error code", () => {
    const text = read("agent/docs/errors.md");
    expect(ERROR_CODES.filter((code) => !text.includes(`| \`${code}\` |`))).toEqual([]);
  });
});

describe("CONTRIBUTING.md", () => {
  const guidelines = guidelinesIn(read("CONTRIBUTING.md"));
  const rules = ownRules();

  test("numbers its guidelines without gaps", () => {
    for (const letter of new Set(guidelines.map(({ number }) => number.slice(0, 1)))) {
      const numbers = guidelines.map(({ number }) => number).filter((number) => number.startsWith(letter));
      expect(numbers).toEqual(numbers.map((_, index) => `${letter}${index + 1}`));
    }
    expect(guidelines.length).toBeGreaterThan(20);
  });

  test("says of each what holds it, and that exists", () => {
    expect(guidelines.flatMap((guideline) => guidelineComplaints(guideline, rules))).toEqual([]);
  });

  test("a guideline that nothing holds and one with an unknown rule are seen", () => {
    const rows = guidelinesIn(
      "| A1 | Be good. | hope |\n| A2 | Fly. | `no-gravity` |\n| A3 | Look. | review |\n| A4 | Keep. | `no-circular` |\n",
    );
    expect(rows.flatMap((row) => guidelineComplaints(row, rules))).toEqual([
      "A1 does not say what holds it",
      "A2: there is no no-gravity",
    ]);
  });
});

describe("the decisions", () => {
  test("are numbered without gaps", () => {
    expect(ADRS.map((file) => /(\d{4})-/.exec(file)?.[1])).toEqual(
      ADRS.map((_, index) => String(index + 1).padStart(4, "0")),
    );
    expect(ADRS.length).toBeGreaterThan(0);
  });

  test.each(ADRS)("%s gives context, choice and what would change our mind", (file) => {
    const text = read(file);
    expect(text.split("\n")[0]).toMatch(new RegExp(`^# ${/(\d{4})-/.exec(file)?.[1]}: \\S`));
    expect([...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual([
      "Context",
      "Choice",
      "What would change our mind",
    ]);
  });
});

describe("the workflows", () => {
  const Step = z.looseObject({ uses: z.string().optional(), run: z.string().optional() });
  const Workflow = z.looseObject({
    permissions: z.record(z.string(), z.string()),
    concurrency: z.unknown(),
    jobs: z.record(z.string(), z.looseObject({ "timeout-minutes": z.int(), steps: z.array(Step) })),
  });
  const unpinned = (text: string) =>
    [...text.matchAll(/uses:\s*(\S+)/g)].map(([, uses = ""]) => uses).filter((uses) => !/@[0-9a-f]{40}$/.test(uses));

  test.each(filesIn(".github/workflows", ".yml"))("%s pins its actions, bounds its rights and its time", (file) => {
    const { permissions, concurrency } = Workflow.parse(parse(read(file)));
    expect(unpinned(read(file))).toEqual([]);
    expect(Object.values(permissions).every((level) => level === "read")).toBe(true);
    expect(concurrency).toBeDefined();
  });

  test("an action that is not pinned is seen", () => {
    expect(unpinned(`uses: a/b@${"0".repeat(40)}\nuses: c/d@v4\n`)).toEqual(["c/d@v4"]);
  });

  test("scripts that they call are there and may be started", () => {
    const steps = filesIn(".github/workflows", ".yml").flatMap((file) =>
      Object.values(Workflow.parse(parse(read(file))).jobs).flatMap((job) => job.steps),
    );
    const called = steps.flatMap(({ run = "" }) => run.match(/(?<=^|\s)\.ci\/\w+/g) ?? []);
    expect(called).toContain(".ci/run");
    for (const script of called) expect(statSync(join(ROOT, script)).mode & 0o111).not.toBe(0);
  });
});
