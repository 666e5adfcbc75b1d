// Every conformance case in Node: the same bytes as from every other front.
import { init, checkTree, checkTreeJson } from "start-points";
import { cases } from "./cases.mjs";
import { equal, finish, test } from "./harness.mjs";

await init();
for (const { name, files, options, expected } of cases()) {
  await test(name, () => {
    const found = checkTreeJson(files, options);
    if (!Buffer.from(found).equals(expected)) equal(found, expected.toString(), "another report");
    positionsAgree(checkTree(files, options), JSON.parse(found), files);
  });
}
finish();

/** The parsed report is the same report, and its UTF-16 positions are where its bytes and columns are. */
function positionsAgree(report, plain, files) {
  const text = (path) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(files.get(path) ?? Buffer.of());
  const isUtf8 = (path) => Buffer.from(text(path)).equals(files.get(path) ?? Buffer.of());
  const bytes = (path, units) => Buffer.byteLength(text(path).slice(0, units));
  const columns = (path, { line, column }) => Array.from(text(path).split("\n")[line - 1]).slice(0, column - 1).join("").length + 1;
  const span = (path, { start, end, utf16 }) => {
    if (!isUtf8(path)) return;
    equal([start.offset, end.offset], [bytes(path, utf16.from), bytes(path, utf16.to)], "UTF-16 offsets");
    equal([utf16.startColumn, utf16.endColumn], [columns(path, start), columns(path, end)], "UTF-16 columns");
  };
  for (const { path, span: place, related, fixes } of report.diagnostics) {
    for (const { path: where, span: there } of [{ path, span: place }, ...related]) if (there) span(where, there);
    for (const { path: where, start, end, utf16 } of fixes.flatMap((fix) => fix.edits)) {
      if (isUtf8(where)) equal([start, end], [bytes(where, utf16.from), bytes(where, utf16.to)], "an edit");
    }
  }
  equal(JSON.parse(JSON.stringify(report, (key, value) => (key === "utf16" ? undefined : value))), plain);
}
