// How soon a view can be used, in a profile that has nothing kept; printed, and bounded.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { assert, test } from "./lib/harness.mjs";
import { openView, withBrowser } from "./lib/browser.mjs";

const LIMIT = 1000;

test("speed: every view is interactive within a second", async ({ url }) => {
  for (const view of ["choose", "check", "urls"]) {
    const times = [];
    for (let round = 0; round < 3; round += 1) {
      await withBrowser({}, async (context) => {
        const { page } = await openView(context, url, `#/${view}`);
        const marks = await page.evaluate(() => performance.getEntriesByName("interactive").map((mark) => mark.startTime));
        assert.equal(marks.length, 1, `${view} says once that it can be used`);
        times.push(marks[0]);
      });
    }
    const [, median] = times.sort((a, b) => a - b);
    console.log(
      `   ${view} interactive after ${Math.round(median)} ms (median of 3, cold: ${times.map(Math.round).join(", ")})`,
    );
    assert.ok(median < LIMIT, `${view}: ${Math.round(median)} ms`);
  }
});

test("speed: sizes are printed", async () => {
  const assets = join(import.meta.dirname, "../dist/assets");
  for (const name of readdirSync(assets).sort()) {
    const bytes = readFileSync(join(assets, name));
    if (bytes.length > 8000)
      console.log(
        `   ${name.padEnd(36)} ${(bytes.length / 1000).toFixed(1).padStart(7)} kB ${(gzipSync(bytes, { level: 9 }).length / 1000).toFixed(1).padStart(7)} kB gzip`,
      );
  }
});
