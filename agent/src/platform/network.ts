import { readFileSync } from "node:fs";
import { messageOf } from "../errors/trigate-error.ts";

declare module "node:http" {
  /** Node has it since 24.14; its declarations do not yet. */
  export const setGlobalProxyFromEnv: ((env: Readonly<Record<string, string | undefined>>) => () => void) | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Services and daemons of this machine are never asked through a proxy. */
const OF_THIS_MACHINE = ["localhost", "127.0.0.1", "[::1]"];
const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"];

/**
 * Lets the agent's own requests go the way that the environment names: through HTTP_PROXY and HTTPS_PROXY but for NO_PROXY, and
 * trusting the authorities in SSL_CERT_FILE beside the usual ones, as curl and Python do. NODE_EXTRA_CA_CERTS Node reads itself.
 * Gives what undoes it; Node's modules are loaded only when there is something to do, since they take longer than a small
 * command does. `warn` is told of a file that cannot be read, since requests may work without.
 */
export function useNetworkOf(env: Environment, warn: (message: string) => void): () => void {
  const undo: (() => void)[] = [];
  if (PROXIES.some((name) => env[name])) {
    const without = [env["no_proxy"] ?? env["NO_PROXY"] ?? "", ...OF_THIS_MACHINE]
      .filter((name) => name !== "")
      .join(",");
    const proxies = Object.fromEntries(PROXIES.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
    const restore = process
      .getBuiltinModule("node:http")
      .setGlobalProxyFromEnv?.({ ...proxies, NO_PROXY: without, no_proxy: without });
    if (restore === undefined) warn(`Node ${process.versions.node} knows no proxies; 24.14 and later do`);
    else undo.push(restore);
  }
  const authorities = env["SSL_CERT_FILE"];
  if (authorities) {
    const tls = process.getBuiltinModule("node:tls");
    const before = tls.getCACertificates("default");
    try {
      tls.setDefaultCACertificates([...before, readFileSync(authorities, "utf8")]);
      undo.push(() => tls.setDefaultCACertificates(before));
    } catch (error) {
      warn(`SSL_CERT_FILE names ${authorities}, which cannot be used: ${messageOf(error)}`);
    }
  }
  return () => {
    for (const step of undo) step();
  };
}
