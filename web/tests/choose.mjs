// The Choose view as a user meets it.

import { readFile } from "node:fs/promises";
import { assert, test } from "./lib/harness.mjs";
import { complaintsOf, openView, withBrowser } from "./lib/browser.mjs";
import { deployedManifests } from "./lib/material.mjs";
import { serveManifests } from "./lib/server.mjs";
import { drop } from "./drop.mjs";

const list = (page, title) => page.getByRole("region", { name: title });
const radio = (page, title, name) => list(page, title).getByRole("radio", { name, exact: true });

test("choose: exercise, then language, then what the learner sees, and the session", async ({ url }) => {
  await withBrowser({ permissions: ["clipboard-read", "clipboard-write"] }, async (context) => {
    const view = await openView(context, url, "#/choose");
    const { page } = view;
    await radio(page, "Exercise", "Roman Numerals").check();
    await radio(page, "Language and test framework", "Ruby, minitest").check();
    await page.getByRole("heading", { name: "Roman Numerals in Ruby 3.4.1, minitest 5.25.4" }).waitFor();
    const tabs = await page.getByRole("tab").allInnerTexts();
    assert.match(tabs[0], /^readme\.txt/, "the readme comes first");
    assert.match(await page.getByRole("tabpanel").innerText(), /Roman numeral/);
    await page.getByRole("tab", { name: "hiker.rb", exact: true }).click();
    assert.match(await page.getByRole("tabpanel").innerText(), /class Hiker/);
    const image = await page.locator(".image code").innerText();
    assert.match(image, /^example\/ruby_minitest:[0-9a-f]{7}$/);
    await page.getByRole("button", { name: "Copy JSON" }).click();
    const session = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
    assert.equal(session.exercise, "Roman Numerals");
    assert.equal(session.image_name, image);
    assert.deepEqual(Object.keys(session.visible_files), ["test_hiker.rb", "hiker.rb", "cyber-dojo.sh", "readme.txt"]);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download" }).click(),
    ]);
    assert.deepEqual(JSON.parse(await readFile(await download.path(), "utf8")), session);
    assert.deepEqual(await complaintsOf(view), []);
  });
});

test("choose: lists are sorted without regard to case, and searched", async ({ url }) => {
  await withBrowser({}, async (context) => {
    const { page } = await openView(context, url, "#/choose");
    const names = await list(page, "Exercise").locator("li").allInnerTexts();
    assert.deepEqual(
      names.slice(1),
      [...names.slice(1)].sort((a, b) => a.toLowerCase().localeCompare(b.toLowerCase())),
    );
    assert.match(names[0], /No exercise/);
    await page.getByRole("searchbox", { name: "Search: Language and test framework" }).fill("PY test");
    const shown = await list(page, "Language and test framework").locator("li:visible").allInnerTexts();
    assert.deepEqual(
      shown.map((text) => text.split("\n")[0]),
      ["Python, pytest"],
    );
    await page.getByText("1 of 6").waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Python 3.13.1, pytest 8.3.4" }).waitFor();
  });
});

test("choose: several versions of one LTF stand side by side", async ({ url }) => {
  await withBrowser({}, async (context) => {
    const { page } = await openView(context, url, "#/choose");
    await radio(page, "Language and test framework", "Python, pytest 2 versions").check();
    const versions = page.getByRole("group", { name: "Version" });
    assert.equal(await versions.getByRole("radio").count(), 2);
    const first = await page.locator(".image code").innerText();
    await versions.getByRole("radio", { name: /3\.12\.8/ }).check();
    await page.getByRole("heading", { name: "Python 3.12.8, pytest 8.2.0" }).waitFor();
    assert.notEqual(await page.locator(".image code").innerText(), first);
    await page.reload();
    await page.getByRole("heading", { name: "Python 3.12.8, pytest 8.2.0" }).waitFor();
  });
});

test("choose: a custom start-point stays as it is", async ({ url }) => {
  await withBrowser({}, async (context) => {
    const { page } = await openView(context, url, "#/choose");
    await page.getByRole("radio", { name: "Custom" }).check();
    await radio(page, "Custom start-point", "Tennis refactoring, Python").check();
    await page.getByText("example/python_pytest:4edf92a").first().waitFor();
    assert.ok(await list(page, "Exercise").isHidden());
    assert.match((await page.getByRole("tab").allInnerTexts())[0], /^readme\.txt/);
  });
});

test("choose: a catalogue file and running services are read", async ({ url }) => {
  const manifests = { languages: served("languages"), exercises: served("exercises") };
  const catalogue = { languages: { manifests: manifests.languages }, exercises: { manifests: manifests.exercises } };
  await withBrowser({}, async (context) => {
    const { page } = await openView(context, url, "#/choose");
    await drop(page, "catalogue.json", Buffer.from(JSON.stringify(catalogue)));
    await page.getByRole("button", { name: /From catalogue\.json/ }).waitFor();
    const fromFile = await list(page, "Language and test framework").locator("li").allInnerTexts();
    assert.equal(fromFile.length, Object.keys(manifests.languages).length);
    const services = [await serveManifests(manifests.languages), await serveManifests(manifests.exercises)];
    await page.getByRole("button", { name: /From/ }).click();
    await page.getByLabel("Languages service").fill(services[0].url);
    await page.getByLabel("Exercises service").fill(`${services[1].url}/`);
    await page.getByRole("button", { name: "Connect" }).click();
    await page.getByRole("button", { name: /From localhost/ }).waitFor();
    assert.deepEqual(await list(page, "Language and test framework").locator("li").allInnerTexts(), fromFile);
    await list(page, "Language and test framework").getByRole("radio").first().check();
    await list(page, "Exercise").getByRole("radio").nth(1).check();
    await page.getByRole("button", { name: "Copy JSON" }).waitFor();
    for (const service of services) await service.close();
    await page.getByRole("button", { name: /From/ }).click();
    await page.getByRole("button", { name: "Connect" }).click();
    await page.getByText(/No answer from/).waitFor();
  });
});

function served(kind) {
  const manifests = deployedManifests(kind).map(({ text }) => JSON.parse(text));
  return Object.fromEntries(
    manifests.map(({ visible_filenames, ...manifest }) => [
      manifest.display_name,
      {
        ...manifest,
        visible_files: Object.fromEntries(
          visible_filenames.map((name) => [name, { content: `${name} of ${manifest.display_name}\n` }]),
        ),
      },
    ]),
  );
}
