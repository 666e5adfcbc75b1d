// The URLs view as a user meets it.

import { assert, test } from "./lib/harness.mjs";
import { complaintsOf, openView, withBrowser } from "./lib/browser.mjs";

const LIST = `# languages
384f486@https://github.com/cyber-dojo-start-points/java-junit
https://github.com/cyber-dojo-start-points/java-junit.git?tag=384f486

https://github.com/cyber-dojo-start-points/gcc-assert?tga=1
https://someone:s3cret@example.com/x/y
`;

test("urls: each line is read; repeats, mistakes and older spellings are shown", async ({ url }) => {
  await withBrowser({}, async (context) => {
    const view = await openView(context, url, "#/urls");
    const { page } = view;
    await page.getByRole("textbox", { name: "Your list" }).fill(LIST);
    const rows = page.locator(".url-row");
    await rows.nth(3).waitFor();
    assert.equal(await rows.count(), 4);
    assert.match(await rows.nth(0).innerText(), /older spelling[\s\S]*\?tag=384f486/);
    assert.match(await rows.nth(1).innerText(), /same as line 2/);
    assert.match(await rows.nth(2).innerText(), /unknown parameter tga[\s\S]*did you mean tag/);
    assert.equal(await rows.nth(2).locator("mark").innerText(), "tga");
    const secret = await rows.nth(3).innerText();
    assert.ok(!secret.includes("s3cret") && secret.includes("holds a secret"), secret);
    await page.getByText("1 mistake").waitFor();
    assert.deepEqual(await complaintsOf(view), []);
  });
});

test("urls: words, and the name of an image, are mistakes that say what they look like", async ({ url }) => {
  await withBrowser({}, async (context) => {
    const { page } = await openView(context, url, "#/urls");
    const texts = ["hello world", "cyberdojofoundation/gcc:4edf92a", "ghcr.io/acme/x@sha256:" + "0".repeat(64), "ruby:3"];
    await page.getByRole("textbox", { name: "Your list" }).fill(texts.join("\n"));
    const rows = page.locator(".url-row");
    await rows.nth(texts.length - 1).waitFor();
    for (const [at, text] of texts.entries()) {
      const said = await rows.nth(at).innerText();
      assert.match(said, /Mistake:/, said);
      assert.ok(!said.includes("default branch"), said);
      assert.equal(/image/i.test(said.replace(text, "")), at > 0, `${text}: ${said}`);
    }
    await page.getByText(`${texts.length} mistakes`).waitFor();
  });
});

test("urls: older spellings are rewritten and repeats removed on a button", async ({ url }) => {
  await withBrowser({}, async (context) => {
    const { page } = await openView(context, url, "#/urls");
    const area = page.getByRole("textbox", { name: "Your list" });
    await area.fill(LIST);
    await page.getByRole("button", { name: "Rewrite older spellings" }).click();
    const lines = (await area.inputValue()).split("\n");
    assert.equal(lines[1], "https://github.com/cyber-dojo-start-points/java-junit?tag=384f486");
    assert.equal(lines[5], "https://someone:s3cret@example.com/x/y", "a line with a secret stays as it is");
    await page.getByRole("button", { name: "Remove repeats" }).click();
    assert.equal((await area.inputValue()).split("\n").length, lines.length - 1);
    await page
      .getByRole("button", { name: "Go to line 5" })
      .or(page.getByRole("button", { name: "Go to line 4" }))
      .first()
      .click();
    assert.ok(await area.evaluate((one) => one.selectionEnd > one.selectionStart && document.activeElement === one));
    assert.ok(await page.getByRole("button", { name: "Rewrite older spellings" }).isDisabled());
  });
});

test("urls: a link carries the list, but never a secret", async ({ url }) => {
  await withBrowser({ permissions: ["clipboard-read", "clipboard-write"] }, async (context) => {
    const { page } = await openView(context, url, "#/urls");
    await page.getByRole("textbox", { name: "Your list" }).fill(LIST);
    await page.locator(".url-row").nth(3).waitFor();
    await page.getByRole("button", { name: "Copy link" }).click();
    await page.getByText("No link: the list holds a secret").waitFor();
    await page.getByRole("textbox", { name: "Your list" }).fill("https://example.com/a/b\n");
    await page.waitForTimeout(150);
    await page.getByRole("button", { name: "Copy link" }).click();
    await page.getByText("Link copied").waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    const other = await openView(context, url, link.slice(link.indexOf("#")));
    assert.equal(
      await other.page.getByRole("textbox", { name: "Your list" }).inputValue(),
      "https://example.com/a/b\n",
    );
  });
});
