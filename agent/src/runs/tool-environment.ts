import { delimiter, join } from "node:path";

/** Variables that tools may see: where things are, languages, proxies and certificates. Everything else stays out, secrets first of all. */
const ALLOWED = new Set([
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "TMPDIR",
  "TEMP",
  "TMP",
  "LANG",
  "LANGUAGE",
  "TZ",
  "CI",
  "NODE_ENV",
  "NODE_OPTIONS",
  "NODE_EXTRA_CA_CERTS",
  "VIRTUAL_ENV",
  "PYTHONPATH",
  "JAVA_HOME",
  "GOPATH",
  "CARGO_HOME",
  "RUSTUP_HOME",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "ALL_PROXY",
  "all_proxy",
  "NODE_USE_ENV_PROXY",
  "NODE_USE_SYSTEM_CA",
  "REQUESTS_CA_BUNDLE",
  "CURL_CA_BUNDLE",
  "PIP_CERT",
  "GIT_SSL_CAINFO",
  "SYSTEMROOT",
  "WINDIR",
  "COMSPEC",
  "PATHEXT",
  "APPDATA",
  "LOCALAPPDATA",
  "PROGRAMDATA",
  "USERPROFILE",
  "TRIGATE_STATE_DIR",
]);
const ALLOWED_PREFIXES = ["LC_", "XDG_", "PYENV_"];

/** The environment of a tool: the allowed part of the agent's own, what the check names, and plain output. */
export function toolEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  { root, names }: { root: string; names: readonly string[] },
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    const allowed =
      ALLOWED.has(name) || names.includes(name) || ALLOWED_PREFIXES.some((prefix) => name.startsWith(prefix));
    if (allowed && value !== undefined) env[name] = value;
  }
  env["PATH"] = [join(root, "node_modules", ".bin"), env["PATH"] ?? ""].join(delimiter);
  env["NO_COLOR"] = "1";
  env["FORCE_COLOR"] = "0";
  return env;
}
