// What a page must survive: far too much, bombs, and text that would be script elsewhere.

import { assert, test } from "./lib/harness.mjs";
import { complaintsOf, openView, ready, type, withBrowser } from "./lib/browser.mjs";
import { drop, fileInput } from "./drop.mjs";
import { bomb, manyFiles, zipWith } from "./lib/zip.mjs";

const EVIL = `<img src=x onerror="globalThis.ran=1"><script>globalThis.ran=1</script>`;

test("hostile: 100 MB dropped is refused, and the page works on", async ({ url }) => {
  await withBrowser({}, async (context) => {
    const view = await openView(context, url, "#/check");
    const { page } = view;
    for (const name of ["huge.zip", "huge.json"]) {
      const started = Date.now();
      await page.evaluate((name) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(100 * 1024 * 1024)], name));
        document
          .querySelector(".view")
          .dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
      }, name);
      await page
        .getByRole("alert")
        .getByText(/100 MB/)
        .waitFor();
      assert.ok(Date.now() - started < 5000);
    }
    await type(page, "{");
    await page.getByText("1 error", { exact: true }).waitFor();
    assert.deepEqual(await complaintsOf(view), []);
  });
});

test("hostile: zip bombs, crowds, deep and climbing paths, damaged zips are refused", async ({ url }) => {
  const deep = `${Array(40).fill("a").join("/")}/manifest.json`;
  const cases = [
    ["bomb.zip", bomb(), /More than 32 MB/],
    ["crowd.zip", manyFiles(2_500), /More than 2,000 files/],
    ["deep.zip", zipWith({ [deep]: "{}" }), /deep/],
    ["climbing.zip", zipWith({ "../../etc/manifest.json": "{}" }), /leads out/],
    [
      "damaged.zip",
      Buffer.concat([zipWith({ "manifest.json": "{}".repeat(4000) }).subarray(0, 60), Buffer.alloc(500, 0xa5)]),
      /damaged|no file|not a zip/,
    ],
    ["text.zip", Buffer.from("hello"), /not a zip/],
  ];
  await withBrowser({}, async (context) => {
    const view = await openView(context, url, "#/check");
    const { page } = view;
    for (const [name, buffer, expected] of cases) {
      await page.setInputFiles(fileInput, { name, mimeType: "application/zip", buffer });
      await page
        .getByRole("alert")
        .getByText(expected)
        .waitFor({ timeout: 20_000 })
        .catch(() => assert.fail(`${name} is not refused`));
      await page.setInputFiles(fileInput, {
        name: "manifest.json",
        mimeType: "application/json",
        buffer: Buffer.from("{}"),
      });
      await page.getByRole("alert").waitFor({ state: "hidden" });
    }
    assert.deepEqual(await complaintsOf(view), []);
  });
});

test("hostile: script in names, values and URLs stays text", async ({ url }) => {
  await withBrowser({}, async (context) => {
    const view = await openView(context, url, "#/check");
    const { page } = view;
    await type(
      page,
      JSON.stringify(
        { display_name: EVIL, [EVIL]: EVIL, visible_filenames: [EVIL], filename_extension: EVIL },
        null,
        2,
      ),
    );
    await page.locator(".problem.error").first().waitFor();
    await page.setInputFiles(fileInput, {
      name: "x.zip",
      mimeType: "application/zip",
      buffer: zipWith({ [`start_point/${EVIL.replaceAll("/", "")}`]: "x", "start_point/manifest.json": "{}" }),
    });
    await page.locator(".file-row").first().waitFor();
    await page.goto(`${url}/#/choose`);
    await ready(page);
    const manifests = {
      [EVIL]: {
        display_name: EVIL,
        image_name: EVIL,
        url: EVIL,
        sha: EVIL,
        visible_files: { [EVIL]: { content: EVIL } },
      },
      "b, c": 7,
      d: { visible_files: null },
    };
    await drop(page, "catalogue.json", Buffer.from(JSON.stringify({ languages: { manifests } })));
    await page.locator(".choice", { hasText: "onerror" }).getByRole("radio").check();
    await page.getByRole("heading", { name: /<script>/ }).waitFor();
    await page.goto(`${url}/#/urls?list=${encodeURIComponent(`${EVIL}\nhttps://example.com/${EVIL}`)}`);
    await page.locator(".url-row").first().waitFor();
    assert.equal(await page.evaluate(() => globalThis.ran ?? 0), 0);
    assert.equal(await page.locator(".view img, .view script").count(), 0);
    assert.deepEqual(await complaintsOf(view), []);
  });
});

test("hostile: catalogues and links of the wrong shape are told of, not trusted", async ({ url }) => {
  await withBrowser({}, async (context) => {
    const view = await openView(context, url, "#/choose");
    const { page } = view;
    for (const text of [
      "[]",
      "{}",
      "nonsense",
      "null",
      '{"languages":{"manifests":[]}}',
      '{"languages":7}',
      "[".repeat(100_000),
    ]) {
      await drop(page, "catalogue.json", Buffer.from(text));
      await page.getByRole("alert").filter({ visible: true }).waitFor();
      await page.getByRole("button", { name: "Use the demo" }).click();
      await page.getByRole("alert").filter({ visible: true }).waitFor({ state: "detached" });
      await page.locator("#source-panel").waitFor({ state: "hidden" });
    }
    const { page: other, complaints } = await openView(context, url, `#/check?s=${"A".repeat(200)}`);
    await other.getByText("All good").waitFor();
    assert.deepEqual(complaints, []);
    assert.deepEqual(await complaintsOf(view), []);
  });
});

test("hostile: a huge or deep manifest is answered, and the page works on", async ({ url }) => {
  await withBrowser({}, async (context) => {
    const view = await openView(context, url, "#/check");
    const { page } = view;
    for (const text of [
      "[".repeat(200_000),
      `{"display_name":"${"x".repeat(2_000_000)}"}`,
      `{"visible_filenames":[${'"",'.repeat(50_000)}""]}`,
      "\u0000\uD800",
    ]) {
      await page.setInputFiles(fileInput, {
        name: "manifest.json",
        mimeType: "application/json",
        buffer: Buffer.from(text),
      });
      await page.locator(".problem.error").first().waitFor();
    }
    await page.setInputFiles(fileInput, {
      name: "manifest.json",
      mimeType: "application/json",
      buffer: Buffer.from('{"display_name":"x","visible_filenames":["a"]}'),
    });
    await page.getByText("All good").waitFor();
    assert.deepEqual(await complaintsOf(view), []);
  });
});
