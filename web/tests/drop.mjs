// Whole start-points: a folder from the picker, a zip from the picker, a zip and a file by drag and drop.

import { join } from "node:path";
import { assert, test } from "./lib/harness.mjs";
import { complaintsOf, openView, withBrowser } from "./lib/browser.mjs";
import { read, root } from "./lib/material.mjs";
import { zipOf } from "./lib/zip.mjs";

export const folderInput = "input[webkitdirectory]";
export const fileInput = ".toolbar input[accept]";

test("check: a folder is read and checked, its files open, and edits count", async ({ url }) => {
  await withBrowser({}, async (context) => {
    const view = await openView(context, url, "#/check");
    const { page } = view;
    await page.setInputFiles(folderInput, join(root, "examples/bad/python-unittest"));
    await page.getByText("4 errors").waitFor();
    await page.getByText("1 warning").waitFor();
    await page.getByRole("heading", { name: "python-unittest/start_point/manifest.json" }).waitFor();
    await page
      .getByRole("button", { name: /hiker\.py$/ })
      .first()
      .click();
    await page
      .locator(".cm-content", { hasText: "Hiker" })
      .or(page.locator(".cm-content", { hasText: "def" }))
      .first()
      .waitFor();
    await page
      .getByRole("button", { name: /manifest\.json/ })
      .last()
      .click();
    await page.locator(".cm-content", { hasText: "hikr.py" }).waitFor();
    const text = read("examples/bad/python-unittest/start_point/manifest.json").replace("hikr.py", "hiker.py");
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(text);
    await page.getByText("3 errors").waitFor();
    await page.getByRole("button", { name: "Close folder" }).click();
    await page.locator(".file-list").waitFor({ state: "hidden" });
    assert.deepEqual(await complaintsOf(view), []);
  });
});

test("check: a zip from the picker, and one dropped, give the same", async ({ url }) => {
  await withBrowser({}, async (context) => {
    const { page } = await openView(context, url, "#/check");
    const buffer = zipOf(join(root, "examples/good/python-pytest"), "python-pytest/");
    await page.setInputFiles(fileInput, { name: "python-pytest.zip", mimeType: "application/zip", buffer });
    await page.getByRole("heading", { name: "python-pytest/start_point/manifest.json" }).waitFor();
    const first = await page.locator(".problems").innerText();
    await page.getByRole("button", { name: "Close folder" }).click();
    await drop(page, "python-pytest.zip", buffer);
    await page.getByRole("heading", { name: "python-pytest/start_point/manifest.json" }).waitFor();
    assert.equal(await page.locator(".problems").innerText(), first);
    assert.equal(await page.locator(".problem.error").count(), 0);
  });
});

test("check: one dropped manifest is checked alone", async ({ url }) => {
  await withBrowser({}, async (context) => {
    const { page } = await openView(context, url, "#/check");
    await drop(page, "manifest.json", Buffer.from(read("examples/bad/python-unittest/start_point/manifest.json")));
    await page.getByText("3 errors").waitFor();
    assert.ok(await page.locator(".file-list").isHidden());
  });
});

export async function drop(page, name, buffer, onto = ".view") {
  const data = await page.evaluateHandle(
    ({ name, base64 }) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
      return data;
    },
    { name, base64: buffer.toString("base64") },
  );
  await page.dispatchEvent(onto, "drop", { dataTransfer: data });
}
