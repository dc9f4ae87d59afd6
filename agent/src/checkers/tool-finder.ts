import { delimiter, dirname, join, parse } from "node:path";
import { z } from "zod";
import { isExecutable, readFile, readTextIfThere, realpath, stat } from "../platform/files.ts";
import type { ToolFinder } from "./checker.ts";
import { readJson } from "./reading/read-json.ts";

export interface ToolFinderOptions {
  /** Absolute path of the workspace root. */
  readonly root: string;
  /** Folder that the check runs in, relative to the root. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const Manifest = z.object({
  bin: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});

/** Shims are a few kilobytes; a file above this is a program of its own and is not read to find that out. */
const LARGEST_SCRIPT_BYTES = 1_000_000;
const WINDOWS = process.platform === "win32";
const BIN_FOLDER = WINDOWS ? "Scripts" : "bin";

/** Finds programs on this machine. Nothing is started and nothing is downloaded; a shim is passed over for what stands behind it. */
export class NodeToolFinder implements ToolFinder {
  readonly #root: string;
  readonly #cwd: string;
  readonly #env: Readonly<Record<string, string | undefined>>;

  constructor({ root, cwd, env }: ToolFinderOptions) {
    this.#root = root;
    this.#cwd = join(root, cwd);
    this.#env = env;
  }

  async npm(
    packageName: string,
    binName: string = packageName.split("/").at(-1) ?? packageName,
  ): Promise<readonly string[] | undefined> {
    for (const folder of upward(this.#cwd)) {
      const modules = join(folder, "node_modules");
      const file = (await packageBin(modules, { packageName, binName })) ?? (await linkedBin(modules, binName));
      if (file === undefined) continue;
      const native = await nativeBehind(file, binName);
      if (native !== undefined) return [native];
      return (await isNodeScript(file)) ? [await this.#nodeFor(), file] : [file];
    }
    return undefined;
  }

  async npmFolder(packageName: string): Promise<string | undefined> {
    for (const modules of upward(this.#cwd).map((folder) => join(folder, "node_modules"))) {
      const folder = join(modules, packageName);
      if ((await manifestOf(folder)) !== undefined) return folder;
    }
    return undefined;
  }

  async python(name: string): Promise<readonly string[] | undefined> {
    const inside = (environment: string) => join(environment, BIN_FOLDER, WINDOWS ? `${name}.exe` : name);
    const folders = this.#cwd === this.#root ? [this.#root] : [this.#cwd, this.#root];
    const active = this.#env["VIRTUAL_ENV"];
    const candidates = [
      ...[".venv", "venv"].flatMap((venv) => folders.map((folder) => join(folder, venv))),
      ...(active ? [active] : []),
      ...folders.map((folder) => join(folder, ".tools", "python")),
    ].map(inside);
    for (const candidate of candidates) if (await isExecutable(candidate)) return [candidate];
    return this.path(name);
  }

  async path(...names: string[]): Promise<readonly string[] | undefined> {
    const folders = (this.#env["PATH"] ?? this.#env["Path"] ?? "").split(delimiter).filter((folder) => folder !== "");
    const endings = WINDOWS ? [".exe", ".com"] : [""];
    for (const name of names) {
      for (const file of folders.flatMap((folder) => endings.map((ending) => join(folder, `${name}${ending}`)))) {
        if (await isExecutable(file)) return [file];
      }
    }
    return undefined;
  }

  /** A workspace may pin its Node as a package; its tools are meant to run on that one. */
  async #nodeFor(): Promise<string> {
    for (const folder of upward(this.#cwd)) {
      const pinned = join(folder, "node_modules", ".bin", WINDOWS ? "node.exe" : "node");
      if (await isExecutable(pinned)) return pinned;
    }
    return process.execPath;
  }
}

function upward(folder: string): readonly string[] {
  const { root } = parse(folder);
  const folders = [folder];
  for (let at = folder; at !== root; at = dirname(at)) folders.push(dirname(at));
  return folders;
}

async function manifestOf(packageFolder: string): Promise<z.infer<typeof Manifest> | undefined> {
  const text = await readTextIfThere(join(packageFolder, "package.json"));
  const read = text === undefined ? undefined : readJson(text, Manifest);
  return read?.ok ? read.value : undefined;
}

async function packageBin(
  modules: string,
  { packageName, binName }: { packageName: string; binName: string },
): Promise<string | undefined> {
  const folder = join(modules, packageName);
  const bin = (await manifestOf(folder))?.bin;
  const relativePath =
    typeof bin === "string" ? (packageName.split("/").at(-1) === binName ? bin : undefined) : bin?.[binName];
  if (relativePath === undefined) return undefined;
  const file = await realFile(join(folder, relativePath));
  return file;
}

/** The link that npm made: it also shows programs of packages that were installed under another name. */
async function linkedBin(modules: string, binName: string): Promise<string | undefined> {
  return WINDOWS ? undefined : realFile(join(modules, ".bin", binName));
}

async function realFile(path: string): Promise<string | undefined> {
  try {
    const real = await realpath(path);
    return (await stat(real)).isFile() ? real : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

/**
 * Packages such as Biome carry their program in a package per platform and a script that looks for it; starting the
 * program itself saves the start of a Node. Only files called like the program are taken, so add-ons are left alone.
 */
async function nativeBehind(file: string, binName: string): Promise<string | undefined> {
  const own = await owningPackage(file);
  if (own === undefined) return undefined;
  const platform = `-${process.platform}-${process.arch}`;
  const packages = Object.keys(own.manifest.optionalDependencies ?? {}).filter((name) =>
    new RegExp(`${platform}(-musl|-gnu|-msvc)?$`).test(name),
  );
  const name = WINDOWS ? `${binName}.exe` : binName;
  for (const packageName of packages) {
    for (const modules of upward(own.folder).map((folder) => join(folder, "node_modules"))) {
      for (const inside of ["", "bin", "lib"]) {
        const native = join(modules, packageName, inside, name);
        if (await isExecutable(native)) return realpath(native);
      }
    }
  }
  return undefined;
}

async function owningPackage(
  file: string,
): Promise<{ readonly folder: string; readonly manifest: z.infer<typeof Manifest> } | undefined> {
  for (const folder of upward(dirname(file))) {
    const manifest = await manifestOf(folder);
    if (manifest !== undefined) return { folder, manifest };
  }
  return undefined;
}

async function isNodeScript(file: string): Promise<boolean> {
  if (/\.[cm]?[jt]s$/.test(file)) return true;
  if ((await stat(file)).size > LARGEST_SCRIPT_BYTES) return false;
  const [firstLine = ""] = (await readFile(file, "latin1")).split("\n", 1);
  return /^#!.*\bnode\b/.test(firstLine);
}
