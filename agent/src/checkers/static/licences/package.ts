/** An installed package and what it says of its licence. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** As it is written: an SPDX expression, or words; `undefined` when the package says nothing. */
  readonly licence: string | undefined;
  /** The lock file or environment it comes from, as shown: relative to the workspace root where it lies inside. */
  readonly source: string;
  /** Workspace file that a finding belongs to; empty when it has none. */
  readonly file: string;
  /** Packages through which it is needed, outermost first, without itself. */
  readonly path: readonly string[];
  /** Needed for development only. */
  readonly development: boolean;
}
