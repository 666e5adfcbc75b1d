// What `tsc --strict` must accept, and what it must refuse.
import * as gate from "start-points/gate";
import {
  applyFix,
  catalogueNames,
  check,
  checkCatalogue,
  checkJson,
  checkTree,
  explain,
  init,
  initSync,
  mix,
  parseImageName,
  parseUrl,
  resolve,
  rules,
  StartPointsError,
  version,
  type Diagnostic,
  type Kind,
  type Report,
  type Severity,
} from "start-points";

await init();
await init(new URL("https://example.com/engine.wasm"));
initSync(new Uint8Array());

const kind: Kind = "languages";
const report: Report = check({ manifest: "{}", kind, files: { "a.txt": { size: 3 }, "b.txt": new Uint8Array() } });
const text: string = checkJson({ manifest: new ArrayBuffer(2), levels: { "missing-file": "off" } });
checkTree(new Map([["start_point/manifest.json", text]]), { dialect: "pinned", tag: null });
checkTree([["a", { other: "folder" }]]);
checkCatalogue([{ display_name: "a", path: "b" }]);

const found: Diagnostic | undefined = report.diagnostics[0];
if (found?.span) {
  const severity: Severity = found.severity;
  const [from, line]: [number, number] = [found.span.utf16.from, found.span.start.line];
  const fixed: string = found.fixes[0] ? applyFix(text, found.fixes[0], found.path) : severity + from + line;
  const bytes: Uint8Array = applyFix(new Uint8Array(), { edits: [] });
  void [fixed, bytes];
}

const language = resolve({ manifest: { display_name: "x" }, source: { url: "u", sha: "s" } });
const session = mix(language, { display_name: "E", visible_files: {} });
const content: string | undefined = session.visible_files["cyber-dojo.sh"]?.content;
const names: string[] = catalogueNames([language, session]).sorted;
const url = parseUrl("https://example.com/x");
const tag: string = url.tag.kind === "head" ? version() : url.tag.name;
const doc: string = (await explain(rules()[0]?.id ?? tag)).doc + parseImageName("x/y").canonical;
void [content, names, doc];

try {
  parseUrl("");
} catch (error) {
  if (error instanceof StartPointsError) {
    const where: number | undefined = error.span?.utf16.from;
    const advice: string | null = error.hint;
    void [where, advice, error.code, error.stack];
  }
}

// @ts-expect-error: a manifest is needed
check({ kind });
// @ts-expect-error: no such kind
check({ manifest: "", kind: "katas" });
// @ts-expect-error: no such option
check({ manifest: "", dialact: "pinned" });
// @ts-expect-error: a file is a content, a size or another thing
checkTree({ a: 3 });
// @ts-expect-error: the report has no such key
void report.faults;
// @ts-expect-error: only the engine makes these
void new StartPointsError();

await gate.init();
const decision: gate.Decision = gate.decide({ image: "x", tags: { "1": null } }, { rules: { "too-old": "warn" } }, new Date());
for (const reason of decision.reasons) {
  const known = reason.code === "later-tag" && reason.verdict !== "unknown";
  const latest: string = known ? reason.data.latest : reason.hint;
  void [latest, reason.verdict === "deny", gate.decideJson("{}", null, "2026-01-01")];
}
// @ts-expect-error: no such rule
gate.decide({ image: "x" }, { rules: { "to-old": "warn" } }, new Date());
// @ts-expect-error: the time is needed
gate.decide({ image: "x" }, {});
