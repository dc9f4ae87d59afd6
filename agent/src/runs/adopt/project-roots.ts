import picomatch from "picomatch";
import { parse } from "yaml";
import { z } from "zod";
import type { RepositoryFacts } from "../../checkers/checker.ts";

/** Folders that hold projects of no account: what tests read, what is copied in, and what shows how to use the rest. */
const ASIDE =
  /^(\.[^/]*|node_modules|vendor|third[_-]?party|external|deps|tests?|spec|__tests__|__fixtures__|fixtures?|testdata|test-data|samples?|examples?|demos?|templates?|docs?|website|playgrounds?|sandbox|build|dist|out|red)$/i;
/** What lies in these is read or copied, and says nothing about the tools of the repository. */
const NOT_OWN = /(^|\/)(node_modules|vendor|third[_-]?party|__fixtures__|fixtures?|testdata|test-data|samples?|red)\//i;
/** Projects that no workspace names are looked for down to here. */
const DEEPEST = 3;
const OWN_PROJECT =
  /^(pyproject\.toml|setup\.py|CMakeLists\.txt|hardhat\.config\.[cm]?[jt]s|foundry\.toml|package-lock\.json|yarn\.lock|pnpm-lock\.yaml)$/;

const Manifest = z.looseObject({
  workspaces: z.union([z.array(z.string()), z.looseObject({ packages: z.array(z.string()).default([]) })]).optional(),
});
const Members = z.looseObject({ packages: z.array(z.string()).default([]) });

/**
 * The folders below the root that are projects of their own, sorted: members of an npm, pnpm, yarn or Lerna workspace, and
 * folders with a project file of Python, CMake, Hardhat or Foundry. Relative to the root; the root itself is not among them.
 */
export async function findProjects(repository: RepositoryFacts): Promise<readonly string[]> {
  const projects = new Set([...(await workspaceMembers(repository)), ...(await ownProjects(repository))]);
  return [...projects].toSorted();
}

async function workspaceMembers({ files, readText }: RepositoryFacts): Promise<readonly string[]> {
  const manifest = Manifest.safeParse(parsed(await readText("package.json")));
  const inManifest = manifest.success ? manifest.data.workspaces : undefined;
  const others = await Promise.all(
    ["pnpm-workspace.yaml", "lerna.json"].map(async (file) => Members.safeParse(parsed(await readText(file)))),
  );
  const globs = [
    ...(Array.isArray(inManifest) ? inManifest : (inManifest?.packages ?? [])),
    ...others.flatMap((read) => (read.success ? read.data.packages : [])),
  ];
  const ofUv = uvMembers((await readText("pyproject.toml")) ?? "");
  return [...membersWith("package.json", globs, files), ...membersWith("pyproject.toml", ofUv, files)];
}

/** The folders with a manifest that one of the globs means; globs with `!` leave folders out. */
function membersWith(manifest: string, written: readonly string[], files: readonly string[]): readonly string[] {
  const globs = written.map((glob) => glob.replace(/^(!?)\.\//, "$1").replace(/\/$/, ""));
  const wanted = globs.filter((glob) => !glob.startsWith("!") && glob !== "." && glob !== "");
  if (wanted.length === 0) return [];
  const isMember = picomatch(wanted, {
    ignore: globs.filter((glob) => glob.startsWith("!")).map((glob) => glob.slice(1)),
  });
  return files
    .filter((file) => file.endsWith(`/${manifest}`) && !file.includes("node_modules/"))
    .map(folderOf)
    .filter((folder) => isMember(folder));
}

/** Members of a uv workspace, and those that it excludes with `!` before them. */
function uvMembers(pyproject: string): readonly string[] {
  const [, section = ""] = /^\[tool\.uv\.workspace\][^\n]*\n([^]*?)(?=^\[|(?![^]))/m.exec(pyproject) ?? [];
  return [...stringsOf("members", section), ...stringsOf("exclude", section).map((glob) => `!${glob}`)];
}

/** The strings of a list of TOML. Comments may stand between them. */
function stringsOf(key: string, section: string): readonly string[] {
  const list = new RegExp(`^${key}\\s*=\\s*\\[((?:"[^"\\n]*"|'[^'\\n]*'|#[^\\n]*|[^\\]"'#])*)\\]`, "m");
  const [, items = ""] = list.exec(section) ?? [];
  return [...items.matchAll(/#[^\n]*|"([^"\n]*)"|'([^'\n]*)'/g)].flatMap(([, one, other]) => one ?? other ?? []);
}

/** YAML holds JSON as well; what is neither is somebody else's fault to report. */
function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

async function ownProjects({ files, readText }: RepositoryFacts): Promise<readonly string[]> {
  const found: string[] = [];
  const builtFromAbove = new Set<string>(files.includes("CMakeLists.txt") ? [""] : []);
  for (const file of files.toSorted((a, b) => a.split("/").length - b.split("/").length)) {
    if (!mayBeProject(file)) continue;
    const folder = folderOf(file);
    if (file.endsWith("/CMakeLists.txt")) {
      // A list below another one is a part of that project, whatever it calls itself.
      if ([...builtFromAbove].some((above) => above === "" || folder.startsWith(`${above}/`))) continue;
      if (!/^\s*project\s*\(/im.test((await readText(file)) ?? "")) continue;
      builtFromAbove.add(folder);
    }
    found.push(folder);
  }
  return found;
}

/** Whether a file is one of those that a project has, at a place where projects of account lie. */
function mayBeProject(file: string): boolean {
  const folders = file.split("/");
  const name = folders.pop() ?? "";
  const isNear = folders.length > 0 && folders.length <= DEEPEST;
  return isNear && OWN_PROJECT.test(name) && !folders.some((folder) => ASIDE.test(folder));
}

/** The files of a repository that say something about its tools. */
export function ownFiles(files: readonly string[]): readonly string[] {
  return files.filter((file) => !NOT_OWN.test(file));
}

/** What lies in one project and in none below it, with paths as seen from there. */
export function factsAt(
  repository: RepositoryFacts,
  { project, projects }: { project: string; projects: readonly string[] },
): RepositoryFacts {
  const prefix = project === "" ? "" : `${project}/`;
  const inner = projects.filter((other) => other !== project && other.startsWith(prefix)).map((other) => `${other}/`);
  const { find } = repository;
  return {
    files: repository.files
      .filter((file) => file.startsWith(prefix) && !inner.some((other) => file.startsWith(other)))
      .map((file) => file.slice(prefix.length)),
    readText: (path) => repository.readText(prefix + path),
    ...(find === undefined ? {} : { find: (cwd) => find(prefix + cwd) }),
  };
}

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf("/"));
}
