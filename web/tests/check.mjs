// The Check view as a user meets it.

import { join } from "node:path";
import { assert, test } from "./lib/harness.mjs";
import { complaintsOf, openView, type, withBrowser } from "./lib/browser.mjs";
import { conformanceCases, deployedManifests, deployedTree, read, tree } from "./lib/material.mjs";

const problem = (page, rule) =>
  page.locator(".problem", { has: page.locator("summary code", { hasText: new RegExp(`^${rule}$`) }) });
const bad = read("examples/bad/python-unittest/start_point/manifest.json");

test("check: diagnostics come while typing, in list, gutter and underlines", async ({ url }) => {
  await withBrowser({}, async (context) => {
    const view = await openView(context, url, "#/check");
    const { page } = view;
    await page.getByText("All good").waitFor();
    await type(page, bad);
    await problem(page, "dotless-extension").waitFor();
    assert.equal(await page.locator(".problem").count(), 3);
    await page.getByText("3 errors", { exact: true }).waitFor();
    assert.equal(await page.locator(".cm-lintRange-error").count(), 3);
    assert.equal(await page.locator(".cm-lint-marker-error").count(), 3);
    assert.match(await problem(page, "unknown-key").innerText(), /line 6:3/);
    await problem(page, "malformed-regex").getByRole("button").first().click();
    assert.equal(
      await page.evaluate(() => document.querySelector(".editor").shadowRoot.getSelection?.().toString() ?? "("),
      "(",
    );
    assert.deepEqual(await complaintsOf(view), []);
  });
});

test("check: a fix is made by its button, undo takes it back, all safe ones at once", async ({ url }) => {
  await withBrowser({}, async (context) => {
    const { page } = await openView(context, url, "#/check");
    await type(page, bad);
    await problem(page, "dotless-extension").getByRole("button", { name: "Add the dot" }).click();
    await problem(page, "dotless-extension").waitFor({ state: "detached" });
    assert.match(await page.locator(".cm-content").innerText(), /"\.py"/);
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+z");
    await problem(page, "dotless-extension").waitFor();
    await page.getByRole("button", { name: "Fix all safe ones" }).click();
    await problem(page, "dotless-extension").waitFor({ state: "detached" });
    await problem(page, "unknown-key")
      .getByRole("button", { name: /look first/ })
      .click();
    await problem(page, "unknown-key").waitFor({ state: "detached" });
    assert.match(await page.locator(".cm-content").innerText(), /"tab_size": 4/);
  });
});

test("check: a rule's page opens in place and stays open", async ({ url }) => {
  await withBrowser({}, async (context) => {
    const { page } = await openView(context, url, "#/check");
    await type(page, bad);
    await problem(page, "dotless-extension").locator("summary").click();
    await page.getByRole("heading", { name: "Why is this bad" }).waitFor();
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+End");
    await page.keyboard.insertText("\n\n");
    await page.waitForTimeout(150);
    assert.ok(await page.getByRole("heading", { name: "Why is this bad" }).isVisible());
  });
});

test("check: completion and hover come from the schema of the kind", async ({ url }) => {
  await withBrowser({}, async (context) => {
    const { page } = await openView(context, url, "#/check");
    await page.getByLabel("Image names").selectOption("derived");
    await type(page, '{\n  "display_name": "x",\n  \n}');
    await page.keyboard.press("Control+Home");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("End");
    await page.keyboard.press("Control+Space");
    const options = page.locator(".cm-tooltip-autocomplete li");
    await options.first().waitFor();
    const labels = await options.allInnerTexts();
    assert.ok(
      labels.some((label) => label.includes("visible_filenames")),
      labels.join(),
    );
    assert.ok(!labels.some((label) => label.includes("display_name")), "a key that is there is not offered again");
    assert.ok(!labels.some((label) => label.includes("image_name")), "derived languages have no image_name");
    await page.keyboard.press("Escape");
    await page.getByLabel("Kind").selectOption("custom");
    await page.locator(".cm-content").focus();
    await page.keyboard.type('"im');
    await page.locator(".cm-tooltip-autocomplete li", { hasText: "image_name" }).click();
    assert.match(await page.locator(".cm-content").innerText(), /"image_name": /);
    await page.locator(".cm-line", { hasText: "display_name" }).hover({ position: { x: 60, y: 8 } });
    await page.getByText("The name a learner picks").waitFor();
  });
});

test("check: kind and dialect change the verdict", async ({ url }) => {
  await withBrowser({}, async (context) => {
    const { page } = await openView(context, url, "#/check");
    await type(page, read("examples/good/custom/start-points/Tennis/Python/manifest.json"));
    await page.getByText("All good").waitFor();
    await page.getByLabel("Kind").selectOption("languages");
    await page.getByText("All good").waitFor();
    await page.getByLabel("Image names").selectOption("derived");
    await problem(page, "unexpected-image-name").waitFor();
    await page.getByLabel("Image names").selectOption("pinned");
    await page.getByText("All good").waitFor();
    await page.getByLabel("Kind").selectOption("exercises");
    await page.locator(".problem.error").first().waitFor();
  });
});

test("check: places are right after characters of two units and with CRLF", async ({ url }) => {
  await withBrowser({}, async (context) => {
    const { page } = await openView(context, url, "#/check");
    const text =
      '{\r\n  "display_name": "\u{1F600}\u{1F600} é",\r\n  "visible_filenames": ["a", "cyber-dojo.sh"], "tab_sise": 4,\r\n  "filename_extension": ".x"\r\n}\r\n';
    await page.setInputFiles(".toolbar input[accept]", {
      name: "manifest.json",
      mimeType: "application/json",
      buffer: Buffer.from(text),
    });
    await problem(page, "unknown-key").waitFor();
    assert.equal(await page.locator(".cm-lintRange-error").innerText(), '"tab_sise"');
    await problem(page, "unknown-key")
      .getByRole("button", { name: /look first/ })
      .click();
    await problem(page, "unknown-key").waitFor({ state: "detached" });
    assert.equal(await page.locator(".problem.error").count(), 0);
  });
});

test("check: a link carries the state", async ({ url }) => {
  await withBrowser({ permissions: ["clipboard-read", "clipboard-write"] }, async (context) => {
    const { page } = await openView(context, url, "#/check");
    await type(page, bad);
    await page.getByLabel("Image names").selectOption("pinned");
    await page.getByRole("button", { name: "Copy link" }).click();
    await page.getByText("Link copied").waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    const other = await openView(context, link.split("/#")[0], `#${link.split("/#")[1]}`);
    await problem(other.page, "dotless-extension").waitFor();
    assert.equal(await other.page.getByLabel("Image names").inputValue(), "pinned");
    assert.match(await other.page.locator(".cm-content").innerText(), /tab_sise/);
  });
});

test("check: every conformance case that is files alone shows what its report says", async ({ url }) => {
  await withBrowser({}, async (context) => {
    const { page } = await openView(context, url, "#/check");
    const cases = conformanceCases().filter(
      ({ about, report }) =>
        !about.files && !about.tag && report.diagnostics.length > 0 && report.diagnostics.length < 50,
    );
    let shown = 0;
    for (const { name, folder, about, report } of cases) {
      const files = tree(join(folder, "input"));
      // The page skips dot-folders, and a single manifest at the top is checked alone.
      if (
        files.length === 0 ||
        files.some(([path]) => /(^|\/)\./.test(path)) ||
        (files.length === 1 && !files[0][0].includes("/"))
      )
        continue;
      await page.evaluate(
        dropFiles,
        files.map(([path, bytes]) => [path, bytes.toString("base64")]),
      );
      await page.getByLabel("Kind").selectOption(about.kind ?? "auto");
      await page.getByLabel("Image names").selectOption(about.dialect ?? "auto");
      const expected = report.diagnostics.map(({ rule }) => rule).sort();
      await page
        .waitForFunction(
          (rules) =>
            JSON.stringify(
              [...document.querySelectorAll(".problem summary code")].map((code) => code.textContent).sort(),
            ) === JSON.stringify(rules),
          expected,
          { timeout: 5000 },
        )
        .catch(() => assert.fail(`${name}: expected ${expected.join(", ")}`));
      shown += 1;
    }
    assert.ok(shown > 60, `only ${shown} cases`);
    console.log(`   ${shown} conformance cases shown`);
  });
});

test("check: deployed manifests, as text and with their files, are good in the pinned dialect", async ({ url }) => {
  await withBrowser({}, async (context) => {
    const { page } = await openView(context, url, "#/check");
    await page.getByLabel("Image names").selectOption("pinned");
    for (const kind of ["languages", "exercises", "custom"]) {
      await page.getByLabel("Kind").selectOption(kind);
      for (const { name, text } of deployedManifests(kind)) {
        await type(page, text);
        await page.getByText("All good").or(page.locator(".problem").first()).first().waitFor();
        await page.waitForTimeout(100);
        assert.deepEqual(await page.locator(".problem.error").allInnerTexts(), [], `${kind} ${name}`);
      }
      const files = deployedTree(kind);
      await page.evaluate(
        dropFiles,
        files.map(([path, bytes]) => [path, bytes.toString("base64")]),
      );
      await page.getByLabel("Kind").selectOption(kind);
      const count = files.filter(([path]) => path.endsWith("/manifest.json")).length;
      await page.getByText(`${count} manifests checked`).waitFor();
      // The verdict of the kind that was chosen before may still be shown.
      await page
        .waitForFunction(() => document.querySelector(".problem.error") === null, undefined, { timeout: 5000 })
        .catch(async () => assert.fail(`${kind}: ${(await page.locator(".problem.error").allInnerTexts()).join()}`));
      await page.getByRole("button", { name: "Close folder" }).click();
    }
  });
});

/** Drops files as a zip would be: through the page's own way in for folders, a picker's files with their paths. */
function dropFiles(files) {
  const input = document.querySelector("input[webkitdirectory]");
  const list = files.map(([path, base64]) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const file = new File([bytes], path.split("/").at(-1));
    Object.defineProperty(file, "webkitRelativePath", { value: path });
    return file;
  });
  Object.defineProperty(input, "files", { value: list, configurable: true });
  input.dispatchEvent(new Event("change"));
}
