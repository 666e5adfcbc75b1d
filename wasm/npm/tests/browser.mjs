// Every conformance case in Chromium, in a page under a strict Content-Security-Policy and without a bundler.
import { cases } from "./cases.mjs";
import { inChromium } from "./chromium.mjs";
import { equal, finish, npm, test } from "./harness.mjs";

const PAGE = `<!doctype html><meta charset="utf-8"><title>conformance</title>`;

/** Runs in the page: files come as base64, as a page would get them from anywhere. */
const SCRIPT = `
import { init, checkTreeJson } from "/src/index.js";
await init();
const cases = await (await fetch("/cases.json")).json();
const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const file = ({ base64, ...standIn }) => (base64 === undefined ? standIn : bytes(base64));
export const reports = cases.map(({ files, options }) => {
  try {
    return checkTreeJson(files.map(([path, found]) => [path, file(found)]), options);
  } catch (error) {
    return String(error.stack);
  }
});
`;

const EVAL = `export let refused; try { eval("1"); } catch (error) { refused = error.name; }`;

const all = cases();
const asJson = all.map(({ files, options }) => ({
  files: [...files].map(([path, found]) => [path, Buffer.isBuffer(found) ? { base64: found.toString("base64") } : found]),
  options,
}));
const answers = { "": npm, "/index.html": PAGE, "/page.js": SCRIPT, "/eval.js": EVAL, "/cases.json": JSON.stringify(asJson) };
await inChromium(answers, async (page, complaints) => {
  const reports = await page.evaluate(() => import("/page.js").then((page) => page.reports));
  for (const [index, { name, expected }] of all.entries()) {
    await test(name, () => {
      if (!Buffer.from(reports[index]).equals(expected)) equal(reports[index], expected.toString(), "another report");
    });
  }
  await test("the page has nothing to complain of", () => equal(complaints, []));
  await test("eval is off in it", async () => {
    const refused = await page.evaluate(() => import("/eval.js").then((page) => page.refused));
    equal(refused, "EvalError");
  });
});
finish();
