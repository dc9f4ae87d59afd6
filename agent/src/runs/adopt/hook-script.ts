/** Hooks that Trigate installs, with the question that each asks. */
export const HOOKS = {
  "pre-commit": ["run", "--trust", "--staged", "--stage", "static"],
  "pre-push": ["run", "--trust", "--changed", "--stage", "static", "--stage", "test"],
} as const;
export type HookName = keyof typeof HOOKS;
export const HOOK_NAMES: readonly HookName[] = ["pre-commit", "pre-push"];

/** By this line a hook is known as one of ours. */
const MARK = "# Written by trigate hooks install";
/** Ending of the name under which a hook that was there before is kept and called. */
export const KEPT = ".before-trigate";

export interface HookSettings {
  /** Folder of `trigate.yaml`, relative to the top of the work tree; `""` for the top itself. */
  readonly folder: string;
  /** Node and the script that started this program, absolute; absent for a hook that others will run as well. */
  readonly self: readonly [string, string] | undefined;
}

export function isOurs(script: string): boolean {
  return script.includes(MARK);
}

/**
 * The text of a hook, in what every `sh` understands, Git for Windows' included. It starts the workspace's own Trigate, else
 * the one that installed it, else the one on PATH; nothing is ever downloaded. A commit of single files, or of all that
 * changed, has an index of its own, which git names in GIT_INDEX_FILE.
 */
export function hookScript(name: HookName, { folder, self }: HookSettings): string {
  const [node, script] = self ?? ["", ""];
  return `#!/bin/sh
${MARK}; "trigate hooks uninstall" takes it away again.
# To leave it out once: git ${name === "pre-commit" ? "commit" : "push"} --no-verify, or SKIP=trigate in the environment.
# Whoever installed it trusts this repository, so the question is not asked again in other work trees.
case ",\${SKIP:-}," in *,trigate,*) exit 0 ;; esac
before="\${0%/*}/${name}${KEPT}"
if [ -x "$before" ]; then "$before" "$@" || exit $?; fi
case "\${GIT_INDEX_FILE:-}" in
  "") ;;
  /* | [A-Za-z]:*) TRIGATE_INDEX_FILE=$GIT_INDEX_FILE; export TRIGATE_INDEX_FILE ;;
  *) TRIGATE_INDEX_FILE=$PWD/$GIT_INDEX_FILE; export TRIGATE_INDEX_FILE ;;
esac
cd ${quoted(folder === "" ? "." : `./${folder}`)} || exit 2
node=${quoted(forwardSlashes(node))}
if [ ! -x "$node" ]; then node=node; fi
own=${quoted(forwardSlashes(script))}
if [ -f node_modules/@trigate/agent/bin/trigate.mjs ]; then own=node_modules/@trigate/agent/bin/trigate.mjs; fi
if [ -f "$own" ]; then set -- "$node" "$own"
elif command -v trigate >/dev/null 2>&1; then set -- trigate
else
  echo "trigate ${name}: trigate was not found; npm install, or trigate hooks install once more, or git with --no-verify" >&2
  exit 2
fi
said=$("$@" ${HOOKS[name].join(" ")} 2>&1 </dev/null)
code=$?
if [ "$code" -eq 0 ]; then
  echo "trigate ${name}: passed"
else
  printf '%s\\n' "$said" >&2
  echo "trigate ${name}: stopped with $code; to go on all the same: --no-verify" >&2
fi
exit "$code"
`;
}

/** One word for the shell, whatever stands in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function forwardSlashes(path: string): string {
  return path.replaceAll("\\", "/");
}
