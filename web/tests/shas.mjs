// The shas page of a running service: `node tests/shas.mjs URL`, with SCREENSHOTS to write docs/screenshots too.
// The service, its catalogue and its registry are set up by crates/server/tests/browser.rs.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { assert, runAll, test } from "./lib/harness.mjs";
import { closeBrowsers, complaintsOf, openPage, withBrowser } from "./lib/browser.mjs";
import "./setup.mjs";

const url = process.argv[2];
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const LTFS = "/shas?tab=ltfs";
const SERVICES = "/shas?tab=services";

/** A page of the service; whatever it complains of fails the test. */
async function looking(path, use, options = {}) {
  await withBrowser(options, async (context) => {
    const view = await openPage(context, url + path);
    await use(view.page);
    if (options.javaScriptEnabled !== false && !options.bypassCSP) assert.deepEqual(await complaintsOf(view), []);
  });
}

const tags = (page) => page.locator("tbody tr:visible .tag").allTextContents();

test("shas: both tabs are reached by the keyboard alone", () =>
  looking("/shas", async (page) => {
    await page.keyboard.press("Tab");
    assert.equal(await page.locator(":focus").textContent(), "Skip to the page");
    for (const text of ["start-points", "Services", "Languages"]) {
      await page.keyboard.press("Tab");
      assert.equal((await page.locator(":focus").textContent()).trim(), text);
    }
    assert.equal(await page.locator("[aria-current=page]").textContent(), "Services");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Languages" }).waitFor();
    assert.equal(await page.locator("[aria-current=page]").textContent(), "Languages");
  }));

test("shas: services show their commits with links, and why one has none", () =>
  looking(SERVICES, async (page) => {
    const runner = page.getByRole("row", { name: /^runner/ });
    const link = runner.getByRole("link", { name: "384f486" });
    assert.equal(
      await link.getAttribute("href"),
      "https://github.com/cyber-dojo/runner/commit/384f4866a3f3bcc0ab52a9d3a3fdab2b4bd9d5b2",
    );
    assert.equal(await page.getByRole("row").count(), 4);
    await page.locator("tbody .badge.error").getByText("unknown").waitFor();
  }));

test("shas: tags of one LTF are beside one another, with plots to one scale", () =>
  looking(LTFS, async (page) => {
    assert.deepEqual(await tags(page), ["1234567", "8.0", "21.0", "3.12.8-9", "3.13.1-4", "3.4.1"]);
    const java = page.locator("tbody tr", { hasText: "java-junit" });
    assert.deepEqual(await java.locator("svg").evaluateAll((plots) => plots.map((plot) => plot.querySelectorAll("rect").length)), [3, 3]);
    const mean = (at) => java.nth(at).locator(".mean").evaluate((line) => Number(line.getAttribute("x1")));
    const widest = await java.nth(0).locator("rect").evaluateAll((bars) => Math.max(...bars.map((bar) => Number(bar.getAttribute("width")))));
    assert.equal(widest, 120, "the longest is as wide as the plot");
    assert.ok((await mean(1)) < (await mean(0)));
    await java.nth(1).getByText("fastest").waitFor();
    await java.nth(0).getByText("+32 %").waitFor();
    assert.match(await java.nth(1).getByRole("img").getAttribute("aria-label"), /^red 2\.54 s, amber 1\.85 s, green 2\.54 s, mean 2\.31 s$/);
    const verdicts = await page.locator("tbody .badge.good, tbody .badge.warning, tbody .badge.error").allTextContents();
    assert.deepEqual(verdicts.filter((word) => word !== "fastest"), ["deny", "allow", "warn", "allow", "allow"]);
  }));

test("shas: typing searches, and says how many are left", () =>
  looking(LTFS, async (page) => {
    await page.getByRole("searchbox").fill("PYTHON 3.13");
    assert.deepEqual(await tags(page), ["3.13.1-4"]);
    assert.equal(await page.getByRole("status").textContent(), "1 of 6 tags");
    assert.equal(new URL(page.url()).searchParams.get("q"), "PYTHON 3.13");
    await page.keyboard.press("Enter");
    assert.deepEqual(await tags(page), ["3.13.1-4"]);
    await page.reload();
    assert.deepEqual(await tags(page), ["3.13.1-4"]);
    await page.getByRole("searchbox").fill("");
    await page.keyboard.press("Enter");
    await page.getByText("6 tags").waitFor();
  }));

test("shas: columns sort by the keyboard, both ways, and the URL keeps it", () =>
  looking(LTFS, async (page) => {
    await page.getByRole("link", { name: "Seconds" }).focus();
    await page.keyboard.press("Enter");
    const timed = async () => (await tags(page)).filter((tag) => !["1234567", "3.4.1"].includes(tag));
    assert.deepEqual(await timed(), ["3.12.8-9", "3.13.1-4", "21.0", "8.0"]);
    await page.keyboard.press("Enter");
    assert.deepEqual(await timed(), ["8.0", "21.0", "3.13.1-4", "3.12.8-9"]);
    assert.equal(await page.getByRole("columnheader", { name: "Seconds" }).getAttribute("aria-sort"), "descending");
    await page.reload();
    assert.deepEqual(await timed(), ["8.0", "21.0", "3.13.1-4", "3.12.8-9"]);
    await page.getByRole("link", { name: "Age", exact: true }).click();
    assert.deepEqual((await tags(page)).slice(1), ["3.13.1-4", "21.0", "3.4.1", "3.12.8-9", "8.0"]);
    await page.getByRole("link", { name: "Tag", exact: true }).click();
    await page.waitForURL(/sort=tag/);
    assert.deepEqual((await tags(page)).slice(0, 5), ["3.4.1", "3.12.8-9", "3.13.1-4", "8.0", "21.0"]);
  }));

test("shas: what the gate says opens by the keyboard", () =>
  looking(LTFS, async (page) => {
    const old = page.locator("tbody tr", { hasText: "Java 8" });
    await old.locator("summary").focus();
    await page.keyboard.press("Enter");
    await old.getByText("the maximum age is 365 days").waitFor();
    await old.getByText("21.0 is later than its tag 8.0").waitFor();
  }));

test("shas: hostile names are text", () =>
  looking(LTFS, async (page) => {
    await page.getByText("<img src=x onerror=alert(1)>").waitFor();
    assert.equal(await page.locator("img, script:not([src])").count(), 0);
    await page.goto(url + SERVICES);
    await page.getByText("<img src=x onerror=alert(1)>").waitFor();
    await page.goto(`${url}${LTFS}&q=${encodeURIComponent('"><script>alert(1)</script>')}&sort=${encodeURIComponent('"><b>')}`);
    assert.equal(await page.getByRole("searchbox").inputValue(), '"><script>alert(1)</script>');
    assert.equal(await page.locator("img, script:not([src]), main b").count(), 0);
  }));

test("shas: without JavaScript all of it is there, and search, sort and tabs work", () =>
  looking(
    LTFS,
    async (page) => {
      assert.equal((await tags(page)).length, 6);
      await page.getByRole("searchbox").fill("java");
      await page.getByRole("button", { name: "Search" }).click();
      assert.deepEqual(await tags(page), ["8.0", "21.0"]);
      await page.getByRole("link", { name: "Seconds" }).click();
      assert.deepEqual(await tags(page), ["21.0", "8.0"]);
      await page.locator("summary").first().click();
      await page.getByRole("link", { name: "Services" }).click();
      await page.getByRole("heading", { level: 1, name: "Services" }).waitFor();
    },
    { javaScriptEnabled: false },
  ));

for (const width of [360, 1280]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`shas: axe finds nothing, and nothing is cut off, at ${width} in ${colorScheme}`, () =>
      // axe is run by the test alone; the page's own policy would stop it.
      withBrowser({ colorScheme, bypassCSP: true, viewport: { width, height: 800 } }, async (context) => {
        for (const path of [LTFS, SERVICES, `${LTFS}&q=nothing`]) {
          const { page } = await openPage(context, url + path);
          for (const summary of await page.locator("summary").all()) await summary.click();
          assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, path);
          await page.evaluate(axe);
          const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
          assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].target} ${nodes[0].failureSummary}`), [], path);
          await page.close();
        }
      }));
  }
}

async function screenshot() {
  const options = { viewport: { width: 1280, height: 640 }, colorScheme: "light", reducedMotion: "reduce" };
  await withBrowser(options, async (context) => {
    const { page } = await openPage(context, `${url}${LTFS}&q=${encodeURIComponent("_")}`);
    // What differs from run to run: where the registry listens, and the time.
    await page.evaluate((host) => {
      for (const code of document.querySelectorAll("code")) {
        code.textContent = code.textContent.replace(`${host}/languages`, "ghcr.io/cyber-dojo-languages");
      }
      document.querySelector("footer time").textContent = "2026-11-21T12:00:00Z";
    }, process.env.REGISTRY);
    await page.locator("tbody tr", { hasText: "<img" }).evaluateAll((rows) => rows.forEach((row) => row.remove()));
    await page.locator("#q").evaluate((input) => (input.value = ""));
    await page.locator("#counted").evaluate((line) => (line.textContent = "5 tags"));
    await page.locator("tbody tr", { hasText: "Java 8" }).locator("summary").click();
    await page.locator("body").click({ position: { x: 5, y: 5 } });
    const path = join(import.meta.dirname, "../../docs/screenshots/shas.png");
    await page.screenshot({ path, animations: "disabled", caret: "hide" });
  });
}

try {
  const isGood = await runAll({ url });
  if (process.env.SCREENSHOTS) await screenshot();
  process.exitCode = isGood ? 0 : 1;
} finally {
  await closeBrowsers();
}
