import { z } from "zod";
import { GRADES, type Grade } from "../../reading/advisories/policy.ts";
import { plainLine } from "../../reading/plain-text.ts";
import { readJson } from "../../reading/read-json.ts";

const Advisory = z.object({
  source: z.union([z.int(), z.string()]),
  title: z.string().nullish(),
  url: z.string().nullish(),
  severity: z.enum(GRADES),
  range: z.string().nullish(),
});

const Vulnerability = z.object({
  name: z.string(),
  /** Advisories about the package itself; names of packages that it gets its trouble from. */
  via: z.array(z.union([z.string(), Advisory])),
  nodes: z.array(z.string()),
  fixAvailable: z.union([z.boolean(), z.object({ name: z.string(), version: z.string(), isSemVerMajor: z.boolean() })]),
});

const Report = z.object({
  auditReportVersion: z.literal(2),
  vulnerabilities: z.record(z.string(), Vulnerability),
  metadata: z.object({
    vulnerabilities: z.object({ total: z.int().nonnegative() }),
    dependencies: z.object({ total: z.int().nonnegative() }),
  }),
});

/** What npm prints instead of a report when it could not make one. */
const Failure = z.object({
  message: z.string().optional(),
  error: z.object({ code: z.string().nullish(), summary: z.string().optional(), detail: z.string().optional() }),
});

export interface Vulnerable {
  /** `GHSA-…` where the advisory's address names it, else npm's own number. */
  readonly id: string;
  readonly packageName: string;
  readonly severity: Grade;
  readonly title: string;
  readonly url: string | undefined;
  /** Versions that are affected, as the advisory writes them. */
  readonly range: string;
  /** Where the package is installed, such as `node_modules/ms`. */
  readonly nodes: readonly string[];
  readonly wayOut: string;
}

export type NpmAuditReport =
  | {
      readonly ok: true;
      readonly vulnerable: readonly Vulnerable[];
      /** Packages that were asked about. */
      readonly packages: number;
      readonly problems: readonly string[];
    }
  | { readonly ok: false; readonly problem: string };

/** Reads `npm audit --json`, by npm 7 to 11. Each advisory about each package is one entry. Never throws. */
export function parseNpmAudit(text: string): NpmAuditReport {
  const read = readJson(text, Report);
  if (!read.ok) {
    const failure = readJson(text, Failure);
    return { ok: false, problem: failure.ok ? wordsOf(failure.value) : read.problem };
  }
  const { vulnerabilities, metadata } = read.value;
  const vulnerable = Object.values(vulnerabilities).flatMap((entry) =>
    entry.via.flatMap((via) => (typeof via === "string" ? [] : [vulnerableOf(via, entry)])),
  );
  const { total } = metadata.vulnerabilities;
  return {
    ok: true,
    vulnerable,
    packages: metadata.dependencies.total,
    problems:
      total > 0 && vulnerable.length === 0 ? [`the report announces ${total} vulnerable packages and lists none`] : [],
  };
}

function wordsOf({ message, error: { code, summary, detail } }: z.infer<typeof Failure>): string {
  const words = [code, message, summary, detail].filter((part) => part !== undefined && part !== null && part !== "");
  return words.length === 0 ? "npm gives no reason" : plainLine(words.join(": "));
}

function vulnerableOf(
  { source, title, url, severity, range }: z.infer<typeof Advisory>,
  { name, nodes, fixAvailable }: z.infer<typeof Vulnerability>,
): Vulnerable {
  return {
    id: /\b(GHSA(?:-[0-9a-z]{4}){3})\b/.exec(url ?? "")?.[1] ?? `npm-${plainLine(String(source))}`,
    packageName: plainLine(name),
    severity,
    title: plainLine(title ?? "no title"),
    url: url ?? undefined,
    range: plainLine(range ?? "unknown versions"),
    nodes,
    wayOut: wayOutOf(fixAvailable),
  };
}

function wayOutOf(fix: z.infer<typeof Vulnerability>["fixAvailable"]): string {
  if (fix === false) return "no fixed version is known";
  if (fix === true) return "npm audit fix mends it";
  const breaking = fix.isSemVerMajor ? ", a breaking change" : "";
  return plainLine(`npm install ${fix.name}@${fix.version} mends it${breaking}`);
}

/** The line of a lock file that names an installed package; 1 where it does not. */
export function lineOfNode(lockText: string, node: string): number {
  const at = lockText.indexOf(`${JSON.stringify(node)}:`);
  return at === -1 ? 1 : lockText.slice(0, at).split("\n").length;
}
