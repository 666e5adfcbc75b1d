/** The engine's report as the page uses it: places in UTF-16, as editors count. */

import type { Fix, Severity } from "start-points";

export type { Fix, Severity };

export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly path: string;
  readonly pointer: string;
  /** Nothing where the file as a whole is meant. */
  readonly place: { readonly from: number; readonly to: number; readonly line: number; readonly column: number } | null;
  readonly hint: string | null;
  readonly fixes: readonly Fix[];
}

export interface Verdict {
  readonly findings: readonly Finding[];
  readonly manifests: number;
  readonly errors: number;
  readonly warnings: number;
  /** How long the engine took. */
  readonly milliseconds: number;
}
