import { z } from "zod";
import { readJson } from "../../reading/read-json.ts";
import type { InstalledPackage } from "./package.ts";
import type { PackageSource } from "./npm.ts";

/**
 * Prints the metadata of every distribution of the environment whose Python runs it. The environment is asked instead of
 * read, since only its Python knows where its packages lie.
 */
export const LIST_DISTRIBUTIONS = `
import json
from importlib.metadata import distributions
print(json.dumps([{
    "name": d.metadata.get("Name") or "",
    "version": d.version or "",
    "expression": d.metadata.get("License-Expression"),
    "license": d.metadata.get("License"),
    "classifiers": [c for c in (d.metadata.get_all("Classifier") or []) if c.startswith("License ::")],
} for d in distributions()]))
`;

const Distributions = z.array(
  z.object({
    name: z.string(),
    version: z.string(),
    expression: z.string().nullish(),
    license: z.string().nullish(),
    classifiers: z.array(z.string()),
  }),
);
type Distribution = z.infer<typeof Distributions>[number];

/** Packages that come with every environment and are no dependency of the project. */
const TOOLING: ReadonlySet<string> = new Set(["pip", "setuptools", "wheel"]);

/** The packages that {@link LIST_DISTRIBUTIONS} listed. Never throws. */
export function pythonPackages(text: string, place: { readonly source: string; readonly file: string }): PackageSource {
  const read = readJson(text, Distributions);
  if (!read.ok) return { packages: [], problems: [`licences: Python's list of packages: ${read.problem}`] };
  const packages = read.value
    .filter(({ name }) => name !== "" && !TOOLING.has(name.toLowerCase()))
    .map(
      (each): InstalledPackage => ({
        name: each.name,
        version: each.version,
        licence: licenceOf(each),
        ...place,
        path: [],
        development: false,
      }),
    );
  return { packages, problems: [] };
}

/** PEP 639's expression; else the classifiers, which are exact where they name a version; else the words. */
function licenceOf({ expression, license, classifiers }: Distribution): string | undefined {
  if (expression) return expression;
  const classified = classifiers.flatMap((classifier) => CLASSIFIED[classifier.split("::").at(-1)?.trim() ?? ""] ?? []);
  if (classified.length > 1) return `(${classified.join(" AND ")})`;
  return classified[0] ?? nameIn(license ?? "");
}

/** A field can hold the whole text of a licence; its first line is its name. */
function nameIn(license: string): string | undefined {
  const [words = ""] = license.trim().split("\n", 1);
  const name = words.trim();
  const isVague = name === "" || name === "UNKNOWN" || name.length > 80;
  return isVague ? undefined : name;
}

/** Trove classifiers that name one licence. "BSD License" alone stands for the three-clause form that it is used for. */
const CLASSIFIED: Readonly<Record<string, string>> = {
  "MIT License": "MIT",
  "MIT No Attribution License (MIT-0)": "MIT-0",
  "BSD License": "BSD-3-Clause",
  "Apache Software License": "Apache-2.0",
  "ISC License (ISCL)": "ISC",
  "Python Software Foundation License": "PSF-2.0",
  "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
  "The Unlicense (Unlicense)": "Unlicense",
  "Zope Public License": "ZPL-2.1",
  "zlib/libpng License": "Zlib",
  "Boost Software License 1.0 (BSL-1.0)": "BSL-1.0",
  "GNU General Public License v2 (GPLv2)": "GPL-2.0-only",
  "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
  "GNU General Public License v3 (GPLv3)": "GPL-3.0-only",
  "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
  "GNU Lesser General Public License v2 (LGPLv2)": "LGPL-2.0-only",
  "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.0-or-later",
  "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
  "GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later",
  "GNU Affero General Public License v3": "AGPL-3.0-only",
  "GNU Affero General Public License v3 or later (AGPLv3+)": "AGPL-3.0-or-later",
};
