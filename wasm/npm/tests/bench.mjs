// Speed in Chromium; `cargo xtask bench wasm` runs it. ajv compiles by `eval`, so the page has no policy.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { inChromium } from "./chromium.mjs";
import { npm } from "./harness.mjs";

const dist = mkdtempSync(join(tmpdir(), "start-points-bench-"));
try {
  const options = { outDir: dist, emptyOutDir: true, target: "esnext" };
  await build({ root: join(npm, "tests/bench"), configFile: false, logLevel: "error", build: options });
  await inChromium({ "": dist }, measure, null);
} finally {
  rmSync(dist, { recursive: true, force: true });
}

async function measure(page, complaints) {
  await page.waitForFunction("window.results", null, { timeout: 120_000 });
  if (complaints.length > 0) throw new Error(complaints.join("\n"));
  const { bytes, loaded, ...rates } = await page.evaluate("window.results");
  const row = (what, rate) => {
    const ratio = (rate / rates.ajv).toFixed(2);
    console.log(`  ${what.padEnd(52)} ${rate.toFixed(0).padStart(8)} a second ${(1e6 / rate).toFixed(1).padStart(7)} µs ${ratio.padStart(6)} × ajv`);
  };
  console.log(`in Chromium, a manifest of ${bytes} bytes; the engine loaded in ${loaded.toFixed(0)} ms`);
  row("ajv, compiled: JSON.parse and the schema alone", rates.ajv);
  row("check, all rules, the manifest alone", rates.manifest);
  row("check, all rules, with files and docker folder", rates.check);
  row("check, with two faults", rates.faulty);
  row("checkJson, with two faults", rates.json);
}
