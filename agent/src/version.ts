declare const TRIGATE_VERSION: string | undefined;

/** The agent's version, put in by the bundler; from sources it is a development version. */
export function agentVersion(): string {
  return typeof TRIGATE_VERSION === "string" ? TRIGATE_VERSION : "0.0.0-source";
}

/** Whether this runs from the bundle, beside which the build puts the data that is shipped. */
export function isBuilt(): boolean {
  return typeof TRIGATE_VERSION === "string";
}
