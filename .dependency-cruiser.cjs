// The arrows of ARCHITECTURE.md. Each rule has a small tree under .github/test/red/boundaries/<rule name>/ that it must
// refuse; .github/scripts/check-red.mjs runs them, and fails for a rule without one.

/** Tests and what serves only them. They may reach across rooms, since they look at the product from outside. */
const TESTS = String.raw`\.(test|spec)\.ts$|^[^/]+/(test|bench|fixture|e2e)/|/testing/|/testdata/`;

/** Rooms that do one job each, below the ones that put jobs together. */
const MIDDLE = "checkers|coverage|benchmarks|history|vcs|config|models";
/** Rooms that put jobs together. */
const UPPER = "runs|tasks|claude|insight|report";
/** The faces of the agent and what wires them. */
const TOP = String.raw`server|cli|compose\.ts$`;

/** Modules of Node through which a program touches the machine it runs on. */
const MACHINE = "^(node:)?(child_process|cluster|dgram|dns|fs|inspector|os|repl|v8|worker_threads)(/|$)";
const NETWORK = "^(node:)?(http|http2|https|net|tls)(/|$)";

/** The name `vscode` resolves to its types package, so a rule on exactly that name would stay green. */
const VSCODE = "(^|/)(@types/)?vscode(/|$)";

const room = (names) => `^agent/src/(${names})(/|$)`;

/** Every package of the repository but those named. */
const packagesBut = (...allowed) =>
  `^(${["agent", "engine", "native", "contracts", "extension"].filter((name) => !allowed.includes(name)).join("|")})/`;

const sound = [
  {
    name: "no-circular",
    comment: "Files in a cycle can only be understood together. Types count: they are read together all the same.",
    from: {},
    to: { circular: true },
  },
  {
    name: "no-orphans",
    comment: "A file that nothing imports and that imports nothing is dead, unless a tool starts it by its name.",
    from: {
      orphan: true,
      pathNot: String.raw`\.d\.ts$|\.(test|spec)\.ts$|\.config\.(ts|mjs|cjs)$|(^|/)\.[^/]+\.cjs$|^[^/]+/bin/|^\.github/scripts/|^[^/]+/[^/]+\.mjs$|/testing/|^extension/test/`,
    },
    to: {},
  },
  {
    name: "not-to-unresolvable",
    comment: "An import that cannot be followed is checked by no other rule here, so it would hide any arrow.",
    from: {},
    // picocolors has declarations under this name and no module; only types can be taken from it, which tsc checks.
    to: { couldNotResolve: true, pathNot: String.raw`^picocolors/types\.js$` },
  },
  {
    name: "not-to-tests",
    comment: "What is shipped must not need what is not.",
    from: { path: "^(agent|engine|native|extension)/(src|lib)/", pathNot: TESTS },
    to: { path: TESTS },
  },
];

const packages = [
  {
    name: "agent-imports-no-package",
    comment:
      "The agent judges this repository from outside, as it judges any other; it must not be part of what it judges.",
    from: { path: "^agent/" },
    to: { path: packagesBut("agent") },
  },
  {
    name: "engine-imports-only-native-and-abis",
    comment: "The engine is a library that someone may take alone: the C++ core and the committed ABIs come with it.",
    from: { path: "^engine/" },
    to: { path: packagesBut("engine", "native"), pathNot: "^contracts/abi/" },
  },
  {
    name: "native-only-through-its-door",
    comment: "native/lib/index.ts decides between the addon and WebAssembly and says which; nobody may decide past it.",
    from: { pathNot: "^native/" },
    to: { path: "^native/", pathNot: String.raw`^native/lib/index\.ts$` },
  },
  {
    name: "native-imports-no-package",
    comment: "The core is the bottom: it knows nobody who uses it.",
    from: { path: "^native/" },
    to: { path: packagesBut("native") },
  },
  {
    name: "contracts-import-no-package",
    comment: "The contracts are built and audited alone.",
    from: { path: "^contracts/" },
    to: { path: packagesBut("contracts") },
  },
  {
    name: "extension-imports-only-the-protocol",
    comment: "The extension shows and asks, and decides nothing; all it shares with the agent are the messages.",
    from: { path: "^extension/" },
    to: { path: packagesBut("extension"), pathNot: String.raw`^agent/src/protocol/index\.ts$` },
  },
  {
    name: "vscode-only-in-the-extension",
    comment: "Everything else must run where there is no editor: in a terminal, in CI, in another program.",
    from: { pathNot: "^extension/" },
    to: { path: VSCODE },
  },
  {
    name: "extension-model-reaches-no-vscode",
    comment: "The models decide what is shown and are tested in plain Node, where the editor's API does not exist.",
    from: { path: "^extension/src/model/" },
    to: { path: VSCODE, reachable: true },
  },
  {
    name: "extension-model-imports-no-room",
    comment: "Painters know models; a model that knew its painter could not be tested without it.",
    from: { path: "^extension/src/model/", pathNot: TESTS },
    to: { path: "^extension/src/(?!model/)" },
  },
];

const rooms = [
  {
    name: "core-touches-nothing",
    comment:
      "What decides must give the same answer everywhere and always, so it may not see files, clocks or Node at all.",
    from: { path: room("core"), pathNot: TESTS },
    to: { dependencyTypes: ["core"] },
  },
  {
    name: "core-imports-no-library",
    comment: "The deciding functions stay readable without knowing any library; schemas belong where text comes in.",
    from: { path: room("core"), pathNot: TESTS },
    to: { dependencyTypes: ["npm", "npm-dev", "npm-optional", "npm-peer", "npm-no-pkg", "npm-unknown"] },
  },
  {
    name: "core-imports-only-errors",
    comment: "Everybody builds on core, so core builds on nobody.",
    from: { path: room("core"), pathNot: TESTS },
    to: { path: "^agent/src/(?!core/|errors/)" },
  },
  {
    name: "errors-import-no-room",
    comment: "Any room may raise an error, so the table of errors may need no room.",
    from: { path: room("errors"), pathNot: TESTS },
    to: { path: "^agent/src/(?!errors/)" },
  },
  {
    name: "protocol-imports-no-room",
    comment: "The messages are a contract with other programs; a change inside the agent must not change them unseen.",
    from: { path: room("protocol"), pathNot: TESTS },
    to: { path: "^agent/src/(?!protocol/)" },
  },
  {
    name: "protocol-only-where-it-is-converted",
    comment:
      "Only the two rooms that convert know both the domain's shapes and the wire's; mixed up, neither can change.",
    from: { path: "^agent/src/(?!protocol/|server/|report/)", pathNot: TESTS },
    to: { path: room("protocol") },
  },
  {
    name: "platform-imports-only-core-and-errors",
    comment: "The ports to the machine serve every room, so they know none.",
    from: { path: room("platform"), pathNot: TESTS },
    to: { path: "^agent/src/(?!platform/|core/|errors/)" },
  },
  {
    name: "middle-rooms-know-no-upper-room",
    comment: "A room that does one job must not know who puts the jobs together.",
    from: { path: room(MIDDLE), pathNot: TESTS },
    to: { path: `^agent/src/(${UPPER}|${TOP})` },
  },
  {
    name: "middle-rooms-stand-apart",
    comment: "Rooms that do one job know nothing of each other; only a checker may read coverage and benchmarks.",
    from: { path: "^agent/src/(checkers|coverage|benchmarks|history|vcs|config|models)/", pathNot: TESTS },
    to: {
      path: room(MIDDLE),
      // $1 is the room the import comes from.
      pathNot: "^agent/src/$1/|^agent/src/(coverage|benchmarks)/",
    },
  },
  {
    name: "parsers-know-no-checker",
    comment: "Reports of coverage and benchmarks are read the same way whoever made them.",
    from: { path: room("coverage|benchmarks"), pathNot: TESTS },
    to: { path: "^agent/src/(?!core/|errors/|platform/|$1/)" },
  },
  {
    name: "upper-rooms-know-no-face",
    comment: "The command line and the daemon show what these rooms do; they must work the same under both.",
    from: { path: room(UPPER), pathNot: TESTS },
    to: { path: `^agent/src/(${TOP})` },
  },
  {
    name: "runs-know-no-tool",
    comment: "A run executes checkers by their shape. Knowledge of one tool stays in that tool's folder.",
    from: { path: room("runs"), pathNot: TESTS },
    to: { path: "^agent/src/checkers/[^/]+/" },
  },
  {
    name: "checkers-know-no-other-tool",
    comment:
      "A tool's folder can be added or removed alone. What several tools read lies in reading/, in rooms of its own.",
    from: { path: "^agent/src/checkers/(static|test|performance)/([^/]+)/", pathNot: TESTS },
    to: { path: "^agent/src/checkers/(static|test|performance)/[^/]+/", pathNot: "^agent/src/checkers/$1/$2/" },
  },
  {
    name: "report-only-from-what-it-is-given",
    comment:
      "A format is a pure function of a run: it fetches nothing, so every format tells the same story. Of the tasks it knows the types.",
    from: { path: room("report"), pathNot: TESTS },
    to: { path: "^agent/src/(?!report/|core/|errors/|protocol/)", dependencyTypesNot: ["type-only"] },
  },
  {
    name: "faces-are-handed-what-they-need",
    comment: "cli and server get these from compose.ts as objects; the types are theirs to know, the making is not.",
    from: { path: room("cli|server"), pathNot: TESTS },
    to: { path: room(MIDDLE), dependencyTypesNot: ["type-only"] },
  },
  {
    name: "faces-stand-apart",
    comment:
      "The command line and the daemon are two faces of the same rooms, not of each other. Only cli/daemon/, which starts, joins and ends daemons, speaks to one.",
    from: { path: "^agent/src/(cli|server)/", pathNot: String.raw`^agent/src/cli/(daemon/|services\.ts$)|${TESTS}` },
    to: { path: room("cli|server"), pathNot: "^agent/src/$1/" },
  },
  {
    name: "only-the-entry-point-composes",
    comment: "The object graph is built once, where the program starts; whoever builds a second one splits its state.",
    from: { path: "^agent/src/", pathNot: String.raw`^agent/src/cli/main\.ts$|${TESTS}` },
    to: { path: String.raw`^agent/src/compose\.ts$` },
  },
];

const machine = [
  {
    name: "only-platform-touches-the-machine",
    comment: "Files and processes come through ports, so that cancelling, confining and replaying are written once.",
    from: { path: "^agent/src/(?!platform/)", pathNot: TESTS },
    to: { path: MACHINE, dependencyTypes: ["core"] },
  },
  {
    name: "only-server-and-platform-use-the-network",
    comment: "Trigate opens one loopback socket and calls nobody by itself.",
    from: { path: "^agent/src/(?!platform/|server/)", pathNot: TESTS },
    to: { path: NETWORK, dependencyTypes: ["core"] },
  },
  {
    name: "only-history-knows-sqlite",
    comment:
      "The store can be exchanged only while one room knows which one it is. platform/exclusive-file.ts uses its file locks, which the system frees when a process dies; platform/sqlite-rows.ts reads what other tools keep in that form.",
    from: {
      path: "^agent/src/(?!history/)",
      pathNot: String.raw`^agent/src/platform/(exclusive-file|sqlite-rows)\.ts$|${TESTS}`,
    },
    to: { path: "^(node:)?sqlite$" },
  },
  {
    name: "engine-touches-the-machine-in-platform-and-cli",
    comment:
      "A backtest is the same everywhere: files, clocks and processes reach the engine through its own small ports.",
    from: { path: "^engine/src/(?!platform/|cli/)", pathNot: TESTS },
    to: { path: `${MACHINE}|${NETWORK}`, dependencyTypes: ["core"] },
  },
];

module.exports = {
  forbidden: [...sound, ...packages, ...rooms, ...machine].map((rule) => ({ severity: "error", ...rule })),
  options: {
    doNotFollow: { path: ["node_modules", "/dist/"] },
    exclude: {
      path: [
        "/samples/",
        "/testdata/",
        "/dist/",
        "/out/",
        "/build/",
        "/artifacts/",
        "/cache/",
        String.raw`^\.github/test/red/`,
      ],
    },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    // Without these an import of a workspace by its name stays unresolved, and so unchecked.
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
      mainFields: ["main", "types"],
      extensions: [".ts", ".mts", ".js", ".mjs", ".cjs", ".json"],
    },
  },
};
