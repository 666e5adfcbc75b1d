/**
 * Puts UTF-16 positions into a report: four numbers for each span and two for each edit, in the order of
 * `wasm/src/utf16.rs`.
 */
export function withPositions({ report, utf16 }) {
  if (utf16.length === 0) return report;
  let at = 0;
  const span = (span) => {
    if (span === null) return;
    const [from, to, startColumn, endColumn] = utf16.slice(at, (at += 4));
    span.utf16 = { from, to, startColumn, endColumn };
  };
  for (const diagnostic of report.diagnostics) {
    span(diagnostic.span);
    for (const related of diagnostic.related) span(related.span);
    for (const fix of diagnostic.fixes) {
      for (const edit of fix.edits) edit.utf16 = { from: utf16[at++], to: utf16[at++] };
    }
  }
  return report;
}
