// axe-core in each view and both colour schemes, each as it looks while in use.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { assert, test } from "./lib/harness.mjs";
import { openView, withBrowser } from "./lib/browser.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const VIEWS = [
  [
    "choose",
    "#/choose?exercise=Fizz+Buzz&language=Python+3.13.1%2C+pytest+8.3.4",
    (page) => page.getByRole("button", { name: /From/ }).click(),
  ],
  [
    "check",
    "#/check",
    async (page) => {
      await page.getByRole("button", { name: "Show an example" }).click();
      await page.locator(".about-rule summary").first().click();
      await page.getByRole("heading", { name: "What it does" }).waitFor();
    },
  ],
  ["urls", "#/urls", (page) => page.getByRole("button", { name: "Show an example" }).click()],
];

for (const colorScheme of ["light", "dark"]) {
  test(`access: axe finds nothing serious in any view, ${colorScheme}`, async ({ url }) => {
    // axe is run by the test alone; the page's own CSP would stop it.
    await withBrowser({ colorScheme, bypassCSP: true }, async (context) => {
      for (const width of [1280, 360]) {
        for (const [name, hash, use] of VIEWS) {
          const { page } = await openView(context, url, hash);
          await page.setViewportSize({ width, height: 800 });
          await use(page);
          await page.waitForTimeout(350);
          await page.evaluate(axe);
          const { violations } = await page.evaluate(() =>
            globalThis.axe.run(document, { resultTypes: ["violations"] }),
          );
          const said = violations.map(
            ({ id, impact, nodes }) =>
              `${impact} ${id}: ${nodes
                .slice(0, 3)
                .map((node) => `${node.target.join(" ")} ${node.failureSummary?.split("\n")[1] ?? ""}`)
                .join(" | ")}`,
          );
          const serious = said.filter((one) => /^(serious|critical)/.test(one));
          assert.deepEqual(serious, [], `${name} at ${width}`);
          if (said.length > 0) console.log(`   ${name} at ${width}, minor: ${said.join("; ")}`);
          await page.close();
        }
      }
    });
  });
}

test("access: landmarks, one heading of the first level, live regions", async ({ url }) => {
  await withBrowser({}, async (context) => {
    for (const [, hash] of VIEWS) {
      const { page } = await openView(context, url, hash);
      for (const role of ["banner", "navigation", "main", "contentinfo"])
        assert.equal(await page.getByRole(role).count(), 1, role);
      assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1);
      assert.ok((await page.locator("[aria-live=polite]").count()) > 0);
      await page.close();
    }
  });
});
