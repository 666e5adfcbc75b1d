/** From a project to what the engine says of it. */

import type { Dialect, Kind, Report } from "start-points";
import { ALONE, type Project } from "../check/project";
import type { Entry } from "../check/intake";
import { engine } from "./engine";
import type { Finding, Fix, Verdict } from "./findings";

export async function judge({ files, text, kind, dialect }: Project): Promise<Verdict> {
  const { check, checkTree } = await engine();
  const judged = { ...(kind === "auto" ? {} : { kind: kind as Kind }), dialect: dialect as Dialect };
  const started = performance.now();
  try {
    const report = files
      ? checkTree(
          [...files].map(([path, entry]) => [path, known(entry)]),
          judged,
        )
      : check({ manifest: text, path: ALONE, ...judged });
    return verdictOf(report, performance.now() - started);
  } catch (error) {
    return refused(error instanceof Error ? error.message : "no answer", performance.now() - started);
  }
}

/** The text of a file after fixes; one that touches what an earlier one changes is left out. */
export async function fixed(text: string, fixes: readonly Fix[], path: string): Promise<string> {
  const { applyFixes } = await engine();
  return applyFixes(text, fixes, path);
}

/** A rule's page as Markdown. */
export async function explain(rule: string): Promise<string> {
  const { explain: ask } = await engine();
  try {
    return (await ask(rule)).doc;
  } catch {
    return "There is no page for this rule.";
  }
}

function known(entry: Entry): Uint8Array | { size: number } {
  return "bytes" in entry ? entry.bytes : { size: entry.size };
}

function verdictOf({ diagnostics, summary }: Report, milliseconds: number): Verdict {
  const findings = diagnostics.map(({ rule, severity, message, path, pointer, span, hint, fixes }): Finding => ({
    rule,
    severity,
    message,
    path,
    pointer,
    hint,
    place: span?.utf16
      ? { from: span.utf16.from, to: span.utf16.to, line: span.start.line, column: span.start.column }
      : null,
    fixes,
  }));
  return { findings, ...summary, milliseconds };
}

/** The engine could not look at all, as where the input is far too large: a finding too, so that it is seen. */
function refused(message: string, milliseconds: number): Verdict {
  const finding: Finding = {
    rule: "unreadable",
    severity: "error",
    message,
    path: ALONE,
    pointer: "",
    place: null,
    hint: null,
    fixes: [],
  };
  return { findings: [finding], manifests: 0, errors: 1, warnings: 0, milliseconds };
}
