import type { Severity } from "../../../core/finding.ts";
import { plainText } from "../plain-text.ts";
import type { SarifArtifact, SarifMessage, SarifRegion, SarifRule, SarifRun, WrittenResult } from "./form.ts";

export interface SarifFix {
  readonly title: string;
  readonly edits: readonly { readonly uri: string; readonly region: SarifRegion; readonly newText: string }[];
}

/** One result, its rule looked up and its addresses made whole. Places are still counted as the tool counts them. */
export interface SarifResult {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** Relative, absolute or a `file:` address, percent-decoded unless it is an address; empty for a result without a file. */
  readonly uri: string;
  readonly region: SarifRegion | undefined;
  readonly codePointColumns: boolean;
  readonly url: string | undefined;
  readonly fix: SarifFix | undefined;
}

const SEVERITIES: ReadonlyMap<string, Severity> = new Map([
  ["error", "error"],
  ["warning", "warning"],
  ["note", "info"],
  ["none", "info"],
]);

/** A result of a run as a finding would need it; `undefined` for one that reports nothing wrong. */
export function resultOf(result: WrittenResult, run: SarifRun): SarifResult | undefined {
  if (!reportsFault(result)) return undefined;
  const rule = ruleOf(result, run);
  const place = result.locations[0]?.physicalLocation;
  return {
    rule: idOf(result) ?? rule?.id ?? run.tool.driver.name,
    severity: severityOf(result, rule),
    message: plainText(`${textOf(result.message, rule)}${suppressionInWords(result)}`),
    uri: addressOf(place?.artifactLocation ?? {}, run),
    region: place?.region,
    codePointColumns: run.columnKind === "unicodeCodePoints",
    url: urlOf(rule),
    fix: fixOf(result, run),
  };
}

function reportsFault({ kind, baselineState }: WrittenResult): boolean {
  return kind !== "pass" && kind !== "notApplicable" && baselineState !== "absent";
}

function suppressionOf({ suppressions }: WrittenResult) {
  return suppressions.find(({ status }) => status === undefined || status === "accepted");
}

function suppressionInWords(result: WrittenResult): string {
  const suppression = suppressionOf(result);
  if (suppression === undefined) return "";
  const { justification } = suppression;
  return justification === undefined ? " (suppressed)" : ` (suppressed: ${justification})`;
}

/** A result of another kind than `fail` asks for a look and is no fault; so is one that somebody has suppressed. */
function severityOf(result: WrittenResult, rule: SarifRule | undefined): Severity {
  if (result.kind !== "fail" || suppressionOf(result) !== undefined) return "info";
  const level = result.level ?? rule?.defaultConfiguration?.level ?? "warning";
  return SEVERITIES.get(level) ?? "warning";
}

function urlOf(rule: SarifRule | undefined): string | undefined {
  const url = rule?.helpUri;
  return url !== undefined && /^https?:\/\//.test(url) ? url : undefined;
}

function idOf({ ruleId, rule }: WrittenResult): string | undefined {
  return ruleId ?? rule?.id;
}

function ruleOf(result: WrittenResult, { tool }: SarifRun): SarifRule | undefined {
  const id = idOf(result);
  const indexed = tool.driver.rules[result.ruleIndex ?? result.rule?.index ?? -1];
  // An index may count the rules of an extension, whose number few tools write; the id decides where there is one.
  if (indexed !== undefined && (id === undefined || id === indexed.id || id.startsWith(`${indexed.id}/`)))
    return indexed;
  return [tool.driver, ...tool.extensions].flatMap(({ rules }) => rules).find((each) => each.id === id);
}

function textOf({ text, markdown, id, arguments: values = [] }: SarifMessage, rule?: SarifRule): string {
  const template = text ?? (id === undefined ? undefined : rule?.messageStrings?.[id]?.text) ?? markdown ?? "";
  return template.replaceAll(/\{(\d{1,4})\}|\{\{|\}\}/g, (whole, index: string | undefined) =>
    index === undefined ? (values.length > 0 ? whole.charAt(0) : whole) : (values[Number(index)] ?? whole),
  );
}

/** How far bases may rest on other bases; more is a circle. */
const DEEPEST_BASE = 8;

/** An artifact's address with its bases before it; empty for one that the report does not name. */
function addressOf(artifact: SarifArtifact, { artifacts, originalUriBaseIds }: SarifRun): string {
  const written = artifact.uri === undefined ? artifacts[artifact.index ?? -1]?.location : artifact;
  const address = written === undefined ? "" : beneathBases(written, originalUriBaseIds);
  return address.startsWith("file:") ? address : decoded(address);
}

/** A base that the report does not place is the folder of the check. */
function beneathBases({ uri = "", uriBaseId }: SarifArtifact, bases: SarifRun["originalUriBaseIds"]): string {
  let address = uri;
  let base = uriBaseId;
  for (let depth = 0; base !== undefined && depth < DEEPEST_BASE && !/^[a-z][a-z0-9+.-]+:/i.test(address); depth++) {
    const known = bases.get(base);
    address = beneath(known?.uri, address);
    base = known?.uriBaseId;
  }
  return address;
}

function beneath(folder: string | undefined, address: string): string {
  if (folder === undefined || folder === "") return address;
  return folder.endsWith("/") ? `${folder}${address}` : `${folder}/${address}`;
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    // Some tools write plain paths, in which a percent sign stands for itself.
    return uri;
  }
}

/** The first fix that the tool proposes. */
function fixOf({ fixes: [first] = [], message }: WrittenResult, run: SarifRun): SarifFix | undefined {
  if (first === undefined) return undefined;
  const edits = first.artifactChanges.flatMap(({ artifactLocation, replacements }) =>
    replacements.map(({ deletedRegion, insertedContent }) => ({
      uri: addressOf(artifactLocation, run),
      region: deletedRegion,
      newText: insertedContent?.text ?? "",
    })),
  );
  const title = plainText(first.description?.text ?? message.text ?? "fix");
  return edits.length === 0 ? undefined : { title, edits };
}
