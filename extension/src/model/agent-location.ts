import { ClientError } from "./client-error.ts";

/** The oldest Node that the agent runs on. */
const NEEDED_NODE = 24;

export interface AgentCandidates {
  /** `trigate.agentPath`; empty when not set. */
  readonly setting: string;
  /** The agent that the workspace has installed. */
  readonly workspace: string;
  /** The agent inside the extension. */
  readonly bundled: string;
  /** In an untrusted workspace its own agent is not run: it is a program that the repository brought. */
  readonly trusted: boolean;
}

/**
 * The agent's entry file: the setting, else the workspace's own, else the bundled one. A setting that names a missing
 * file is an error and never replaced: whoever wrote it wants that agent.
 */
export function chooseAgent(candidates: AgentCandidates, exists: (file: string) => boolean): string {
  const { setting, workspace, bundled, trusted } = candidates;
  const order = setting !== "" ? [setting] : [...(trusted ? [workspace] : []), bundled];
  const found = order.find(exists);
  if (found === undefined) throw new ClientError("agent/not-found", { looked: order });
  return found;
}

/** How to run the agent: `fork` uses the editor's own Node, whatever its executable is called. */
export type AgentRuntime = { readonly kind: "fork" } | { readonly kind: "spawn"; readonly node: string };

export interface RuntimeCandidates {
  /** `trigate.nodePath`; empty when not set. */
  readonly setting: string;
  /** `process.versions.node` of the extension host. */
  readonly editor: string;
  /** Asks for `node --version` of the first `node` on PATH; undefined when there is none. Only asked when needed. */
  readonly onPath: () => Promise<string | undefined>;
}

/** The Node for the agent: the setting, else the editor's when new enough, else the one on PATH when new enough. */
export async function chooseRuntime({ setting, editor, onPath }: RuntimeCandidates): Promise<AgentRuntime> {
  if (setting !== "") return { kind: "spawn", node: setting };
  if (isNewEnough(editor)) return { kind: "fork" };
  const other = await onPath();
  if (other !== undefined && isNewEnough(other)) return { kind: "spawn", node: "node" };
  const found = [`${editor} in the editor`, other === undefined ? "none on PATH" : `${other} on PATH`];
  throw new ClientError("agent/node-too-old", { found, needed: NEEDED_NODE });
}

function isNewEnough(version: string): boolean {
  const major = /^v?(\d+)\./.exec(version.trim())?.[1];
  return major !== undefined && Number(major) >= NEEDED_NODE;
}
