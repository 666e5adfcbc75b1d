// Writes docs/screenshots: run by `node tests/run.mjs --screenshots`, never by a plain test run.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openView, withBrowser } from "./lib/browser.mjs";

const SIZE = { width: 1280, height: 860 };

export async function screenshots(
  url,
  folder = join(import.meta.dirname, "../../docs/screenshots"),
  extra = {},
  suffix = "",
) {
  await mkdir(folder, { recursive: true });
  const options = { viewport: SIZE, colorScheme: "light", reducedMotion: "reduce", ...extra };
  await withBrowser(options, async (context) => {
    const shoot = async (page, name) => {
      await page.locator("body").click({ position: { x: 5, y: 5 } });
      // The note and the carets are gone, and times differ from run to run.
      await page.evaluate(() => document.querySelectorAll(".toast, .timing").forEach((one) => one.remove()));
      await page.screenshot({
        path: join(folder, `${name}${suffix}.png`),
        animations: "disabled",
        caret: "hide",
        fullPage: suffix !== "",
      });
      await page.close();
    };
    const choose = await openView(context, url, "#/choose?exercise=Roman+Numerals&language=Python+3.13.1%2C+pytest+8.3.4");
    await choose.page.getByRole("heading", { name: "Roman Numerals in" }).waitFor();
    await shoot(choose.page, "choose");
    const check = await openView(context, url, "#/check");
    await check.page.getByRole("button", { name: "Show an example" }).click();
    await check.page.locator(".problem.error").first().waitFor();
    await check.page.locator(".cm-lintRange-error").first().waitFor();
    await shoot(check.page, "check");
    const urls = await openView(context, url, "#/urls");
    await urls.page.getByRole("button", { name: "Show an example" }).click();
    await urls.page.locator(".url-row.error").first().waitFor();
    await shoot(urls.page, "urls");
  });
}
