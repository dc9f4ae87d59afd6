import correct from "spdx-correct";
import parse from "spdx-expression-parse";
import type { Info } from "spdx-expression-parse";

/** Licences that ask for no more than their own words beside the program, and public domain. */
export const PERMISSIVE: readonly string[] = [
  "0BSD",
  "AFL-2.1",
  "Apache-2.0",
  "Artistic-2.0",
  "BlueOak-1.0.0",
  "BSD-1-Clause",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BSD-3-Clause-Clear",
  "BSL-1.0",
  "CC-BY-3.0",
  "CC-BY-4.0",
  "CC0-1.0",
  "HPND",
  "ISC",
  "MIT",
  "MIT-0",
  "MIT-CMU",
  "MS-PL",
  "NCSA",
  "OpenSSL",
  "OFL-1.1",
  "PSF-2.0",
  "PostgreSQL",
  "Python-2.0",
  "Unicode-3.0",
  "Unicode-DFS-2016",
  "Unlicense",
  "UPL-1.0",
  "W3C",
  "WTFPL",
  "X11",
  "Zlib",
  "ZPL-2.1",
];

/** Weak copyleft asks for changes to the package itself only. */
export const WEAK_COPYLEFT: readonly string[] = ["EPL-2.0", "LGPL-2.1", "LGPL-3.0", "MPL-1.1", "MPL-2.0"];

export interface Policy {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

export type LicenceVerdict =
  | { readonly allowed: true; readonly licence: string }
  | { readonly allowed: false; readonly licence: string; readonly why: "denied" | "not allowed" | "unknown" };

/**
 * Whether a licence is allowed. Of `A OR B` one has to be, of `A AND B` both. A denied licence stays denied where it is
 * the only choice. `GPL-2.0-or-later` is named by `GPL-2.0` too, since that is what it is; an exception (`WITH`) takes
 * nothing away. Words that are no expression are understood where they can only mean one licence. Never throws.
 */
export function judgeLicence(written: string | undefined, policy: Policy): LicenceVerdict {
  const licence = written?.trim() ?? "";
  const tree = expressionOf(licence);
  if (tree === undefined) {
    // What is no expression can still be named in the policy, word by word.
    if (licence !== "" && policy.allow.includes(licence)) return { allowed: true, licence };
    return { allowed: false, licence: licence || "no licence", why: "unknown" };
  }
  const why = refusalOf(tree, policy);
  return why === undefined ? { allowed: true, licence } : { allowed: false, licence, why };
}

function expressionOf(licence: string): Info | undefined {
  if (licence === "" || licence.length > 500) return undefined;
  for (const text of [licence, correctedOf(licence)]) {
    if (text === undefined || text === null) continue;
    try {
      return parse(text);
    } catch {
      // Not an expression; the corrected words may be one.
    }
  }
  return undefined;
}

function correctedOf(licence: string): string | null | undefined {
  // These words name no version, and guessing one would allow or deny by chance.
  if (/^(?:see|custom|commercial|proprietary|unlicensed|dual|other)\b/i.test(licence)) return undefined;
  try {
    return correct(licence, { upgrade: false });
  } catch {
    // The library refuses some texts by throwing.
    return undefined;
  }
}

function refusalOf(tree: Info, policy: Policy): "denied" | "not allowed" | undefined {
  if ("conjunction" in tree) {
    const left = refusalOf(tree.left, policy);
    const right = refusalOf(tree.right, policy);
    if (tree.conjunction === "or") return left === undefined || right === undefined ? undefined : left;
    return left ?? right;
  }
  const names = namesOf(tree);
  if (policy.deny.some((name) => names.includes(name))) return "denied";
  return policy.allow.some((name) => names.includes(name)) ? undefined : "not allowed";
}

/** What a policy may call one licence: as written, by its family, and, since an exception only adds permissions, without it. */
function namesOf(tree: Extract<Info, { license: string }>): readonly string[] {
  const { license } = tree;
  const plain = [license, license.replace(/-(?:only|or-later)$/, "")];
  const exception = "exception" in tree && typeof tree.exception === "string" ? tree.exception : undefined;
  return exception === undefined ? plain : [...plain, ...plain.map((name) => `${name} WITH ${exception}`)];
}
