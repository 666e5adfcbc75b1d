// What every function answers, and that no input does more harm than throw a StartPointsError.
import * as sp from "start-points";
import { readFile } from "node:fs/promises";
import { equal, finish, npm, repository, test } from "./harness.mjs";

const MANIFEST = '{"display_name": "é😀, x", "visible_filenames": ["a.txt"], "filename_extension": "py", "image_name": "x/y:1"}';
const SHA = "0123456789abcdef0123456789abcdef01234567";

/** Runs what must throw, and afterwards something that must work. */
function refused(run, expected) {
  let error;
  try {
    run();
  } catch (thrown) {
    error = thrown;
  }
  if (!(error instanceof sp.StartPointsError && error instanceof Error)) throw new Error(`not refused, but: ${error}`);
  const { code, span, hint } = error;
  equal({ code, ...(expected.span && { span }), ...(expected.hint && { hint }) }, expected);
  if (!error.message || error.message.endsWith(".")) throw new Error(`a poor message: ${error.message}`);
  stillWorks();
}

function stillWorks() {
  equal(sp.check({ manifest: "{", kind: "custom" }).diagnostics.map((found) => found.rule), ["invalid-json"]);
}

await test("nothing works before the engine is loaded", () => {
  try {
    sp.version();
  } catch (error) {
    return equal([error.code, error.hint], ["not-loaded", "call `await init()` first"]);
  }
  throw new Error("it worked");
});
await test("what is no engine is refused, and the next try works", async () => {
  for (const wrong of [new Uint8Array(8), "file:///nowhere.wasm", new URL("file:///nowhere.wasm"), 3]) {
    const code = await sp.init(wrong).then(() => "it loaded", (error) => error.code);
    equal(code, "not-loaded", String(wrong));
  }
  await Promise.all([sp.init(), sp.init()]);
  sp.initSync(await readFile(`${npm}dist/start_points_bg.wasm`));
});
await test("the version is that of package.json and of the workspace", async () => {
  const cargo = await readFile(`${repository}Cargo.toml`, "utf8");
  const { version } = JSON.parse(await readFile(`${npm}package.json`, "utf8"));
  equal([sp.version(), version], Array(2).fill(/\[workspace\.package\]\nversion = "(.*)"/.exec(cargo)[1]));
});
await test("source URLs", () => {
  const url = sp.parseUrl("384f486@https://me:pw@Example.com/x/y.git");
  equal(url.url, "https://****@Example.com/x/y.git?tag=384f486");
  equal([url.scheme, url.tag, url.has_credentials, url.local], ["https", { kind: "commit", name: "384f486" }, true, false]);
  equal(url.identity, sp.parseUrl("git@example.com:x/y?tag=384f486").identity);
  equal(sp.redactUrl("https://me:pw@h/ x"), "https://****@h/ x");
  refused(() => sp.parseUrl("https://é.com/x y"), { code: "whitespace", span: { start: 16, end: 17, utf16: { from: 15, to: 16 } } });
});
await test("image names", () => {
  const name = sp.parseImageName("ruby");
  equal([name.canonical, name.floating, name.tag], ["docker.io/library/ruby:latest", true, null]);
  refused(() => sp.parseImageName("x/Y"), { code: "upper-case", span: { start: 2, end: 3, utf16: { from: 2, to: 3 } } });
});
await test("a manifest: diagnostics, positions in UTF-16, fixes", () => {
  const { diagnostics } = sp.check({ manifest: MANIFEST, kind: "custom", files: { "b.txt": "" }, levels: { "missing-file": "warning" } });
  const [missing, dotless] = ["missing-file", "dotless-extension"].map((rule) => diagnostics.find((found) => found.rule === rule));
  equal(missing.severity, "warning");
  equal(MANIFEST.slice(missing.span.utf16.from, missing.span.utf16.to), '"a.txt"');
  const fixed = sp.applyFix(MANIFEST, dotless.fixes[0]);
  equal(fixed, MANIFEST.replace('"py"', '".py"'));
  equal(sp.applyFixes(Buffer.from(MANIFEST), dotless.fixes, "manifest.json"), new Uint8Array(Buffer.from(fixed)));
  equal(sp.applyFix(MANIFEST, dotless.fixes[0], "another.json"), MANIFEST);
});
await test("without files no rule speaks of them", () => {
  const rules = (input) => sp.check({ manifest: MANIFEST, kind: "custom", ...input }).diagnostics.map((found) => found.rule);
  equal(rules({}).includes("missing-file"), false);
  equal(rules({ files: {} }).includes("missing-file"), true);
  equal(rules({ files: [["a.txt", { size: 3 }]] }).includes("missing-file"), false);
  equal(rules({ files: { "a.txt": { other: "folder" } } }).includes("irregular-file"), true);
});
await test("bytes that are not UTF-8 have places too", () => {
  const [found] = sp.check({ manifest: Buffer.from('{"é": "\xff\xfe"}', "latin1"), kind: "custom" }).diagnostics;
  equal([found.rule, found.span.utf16.from], ["invalid-json", 2]);
});
await test("a catalogue", () => {
  const report = sp.checkCatalogue([{ display_name: "A", path: "1" }, { display_name: "a", path: "2" }, { display_name: "A", path: "3" }]);
  equal(report.diagnostics.map((found) => found.rule).sort(), ["duplicate-display-name", "similar-display-name"]);
  const manifests = [["B", "1"], ["A", "2"]].map(([name, version]) => ({ display_name: name, language: [name, version], test_framework: ["t", "1"] }));
  equal(sp.catalogueNames(manifests), { names: ["B, t", "A, t"], sorted: ["A, t", "B, t"] });
  refused(() => sp.catalogueNames([{ display_name: "x" }, { display_name: "x" }]), { code: "duplicate-display-name" });
});
await test("resolve and mix", () => {
  const manifest = { display_name: "P, q", visible_filenames: ["a"], filename_extension: ".py" };
  const language = sp.resolve({ manifest, kind: "languages", files: { a: "hi" }, docker_image_name: "x/y", source: { url: "u", sha: SHA } });
  equal([language.image_name, language.filename_extension, language.visible_files], ["x/y:0123456", [".py"], { a: { content: "hi" } }]);
  const session = sp.mix(language, { display_name: "E", visible_files: { b: { content: "!" } } });
  equal([session.exercise, Object.keys(session.visible_files)], ["E", ["a", "b"]]);
  equal(sp.mixJson(JSON.stringify(language)), JSON.stringify(language));
  refused(() => sp.resolve({ manifest, kind: "languages" }), { code: "no-image-name" });
  refused(() => sp.resolve({ manifest: "{,}" }), { code: "invalid-json", span: { start: 1, end: 2, utf16: { from: 1, to: 2 } } });
  refused(() => sp.resolve({ manifest, source: { url: "u", sha: "1" } }), { code: "bad-commit" });
  refused(() => sp.mix(manifest), { code: "not-resolved", hint: "resolve it first" });
});
await test("the rules", async () => {
  const all = sp.rules();
  const pages = await Promise.all(all.map(async ({ id }) => (await sp.explain(id)).doc.startsWith(`# ${id}\n`)));
  equal(pages.length > 40 && pages.every(Boolean), true);
  const thrown = await sp.explain("missing-fil").catch((error) => error);
  refused(() => { throw thrown; }, { code: "unknown-rule", hint: "did you mean `missing-file`?" });
});

const cyclic = {};
cyclic.itself = cyclic;
const detached = new Uint8Array(9);
structuredClone(detached.buffer, { transfer: [detached.buffer] });
const throwing = { get manifest() { throw cyclic; } };
const WRONG = [undefined, null, 3, 3n, "x", Symbol("s"), () => {}, [], new Map(), new Uint8Array(3), throwing, new Proxy({}, { ownKeys() { throw 1; } })];
for (const name of ["check", "checkJson", "resolve", "resolveJson"]) {
  for (const wrong of WRONG) await test(`${name} of a wrong type`, () => refused(() => sp[name](wrong), { code: "invalid-input" }));
}
for (const name of ["parseUrl", "redactUrl", "parseImageName", "checkCatalogue", "catalogueNames"]) {
  for (const wrong of [undefined, null, 3, {}, Symbol("s"), [null], throwing]) {
    if (Array.isArray(wrong) && name === "catalogueNames") continue;
    await test(`${name} of a wrong type`, () => refused(() => sp[name](wrong), { code: "invalid-input" }));
  }
}
const BAD = {
  "an unknown option": () => sp.check({ manifest: "{}", dialact: "pinned" }),
  "a manifest that is a number": () => sp.check({ manifest: 3 }),
  "files of a wrong type": () => sp.check({ manifest: "{}", files: 3 }),
  "a file of a wrong type": () => sp.checkTree({ a: 3 }),
  "a file with a wrong size": () => sp.checkTree({ a: { size: -1 } }),
  "a file with a size and more": () => sp.checkTree({ a: { size: 1, other: "folder" } }),
  "names that are no strings": () => sp.checkTree([[3, ""]]),
  "files that throw": () => sp.checkTree({ get a() { throw 1; } }),
  "a cyclic file": () => sp.checkTree({ a: cyclic }),
  "a cyclic manifest": () => sp.mix(cyclic),
  "an endless getter": () => sp.checkTree(new Proxy({}, { get: (_, __, self) => self.x })),
  "detached bytes": () => sp.check({ manifest: detached }),
  "a fix without edits": () => sp.applyFix("", {}),
  "fixes of several files": () => sp.applyFix("", { edits: ["a", "b"].map((path) => ({ path, start: 0, end: 0, text: "" })) }),
};
for (const [name, run] of Object.entries(BAD)) await test(name, () => refused(run, { code: "invalid-input" }));
await test("words and rules that are not known, edits elsewhere", () => {
  refused(() => sp.check({ manifest: "{}", kind: "katas" }), { code: "unknown-word" });
  refused(() => sp.checkTree({ a: { other: "door" } }), { code: "unknown-word" });
  refused(() => sp.checkTree({}, { levels: { "missing-fil": "off" } }), { code: "unknown-rule" });
  refused(() => sp.checkTree({}, { levels: { "missing-file": "loud" } }), { code: "unknown-level" });
  refused(() => sp.applyFix("abc", { edits: [{ path: "x", start: 2, end: 9, text: "" }] }), { code: "bad-edit" });
});

const HUGE = {
  "a long text": "x".repeat(20_000_000),
  "a long string": `{"display_name": "${"é".repeat(400_000)}"}`,
  "deep arrays": "[".repeat(1_000_000),
  "deep objects": '{"a":'.repeat(150_000),
  "a deep expression": JSON.stringify({ progress_regexs: ["(".repeat(100_000), `${"(?:a".repeat(20_000)}${")*".repeat(20_000)}`] }),
  "many names": JSON.stringify({ visible_filenames: Array.from({ length: 60_000 }, (_, index) => `f${index}`) }),
  "half a surrogate pair": '{"display_name": "\ud800"}',
  "bytes that are not UTF-8": new Uint8Array(1_000_000).fill(0xff),
};
for (const [name, manifest] of Object.entries(HUGE)) {
  await test(name, () => {
    const report = sp.check({ manifest, kind: "languages", files: {} });
    equal(report.summary.errors > 0, true);
    stillWorks();
  });
}
await test("100,000 files", () => {
  const files = Array.from({ length: 100_000 }, (_, index) => [`start_point/f${index}.txt`, "x"]);
  files.push(["start_point/manifest.json", MANIFEST]);
  equal(sp.checkTree(files).summary.manifests, 1);
  equal(sp.check({ manifest: MANIFEST, kind: "custom", files }).summary.manifests, 1);
  stillWorks();
});
await test("more than fits is refused before it is copied", () => {
  const file = new Uint8Array(100_000_000);
  refused(() => sp.checkTree({ a: file, b: file, c: file }), { code: "too-large" });
});
await test("a getter may call the package again", () => {
  const inner = { get manifest() { return stillWorks() ?? MANIFEST; }, kind: "custom" };
  equal(sp.checkJson(inner), sp.checkJson({ manifest: MANIFEST, kind: "custom" }));
});
finish();
