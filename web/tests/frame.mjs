// What holds for every view: links, theme, keyboard alone, narrow screens, no network, the CSP.

import { assert, test } from "./lib/harness.mjs";
import { complaintsOf, go, openView, withBrowser } from "./lib/browser.mjs";
import { serveManifests, servePage } from "./lib/server.mjs";

test("frame: views are links; back goes back, and each keeps what it had", async ({ url }) => {
  await withBrowser({}, async (context) => {
    const view = await openView(context, url, "");
    const { page } = view;
    assert.equal(await page.title(), "Choose · start-points");
    await go(page, "URLs");
    await page.getByRole("textbox", { name: "Your list" }).fill("nothing");
    await go(page, "Check");
    assert.equal(await page.getByRole("link", { name: "Check" }).getAttribute("aria-current"), "page");
    await page.goBack();
    assert.equal(await page.getByRole("textbox", { name: "Your list" }).inputValue(), "nothing");
    assert.deepEqual(await complaintsOf(view), []);
  });
});

test("frame: the CSP stops inline script, inline style, eval and HTML from strings", async ({ url }) => {
  await withBrowser({}, async (context) => {
    const { page } = await openView(context, url, "#/urls");
    const policy = await page.locator("meta[http-equiv]").getAttribute("content");
    assert.ok(
      policy.startsWith("default-src 'none'") && !policy.includes("unsafe-inline") && !policy.includes("'unsafe-eval'"),
      policy,
    );
    const result = await page.evaluate(async () => {
      const script = document.createElement("script");
      let thrown = 0;
      try {
        script.textContent = "globalThis.ran = true";
        document.body.append(script);
      } catch {
        thrown += 1;
      }
      try {
        document.body.insertAdjacentHTML("beforeend", "<b>x</b>");
      } catch {
        thrown += 1;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { ran: globalThis.ran ?? false, thrown };
    });
    assert.deepEqual(result, { ran: false, thrown: 2 });
  });
});

test("frame: offline after the first visit, every view still works", async () => {
  const server = await servePage();
  await withBrowser({}, async (context) => {
    const view = await openView(context, server.url, "#/choose");
    const { page } = view;
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await server.close();
    await context.setOffline(true);
    await page.reload();
    await page.locator(".view.choose[data-ready]").waitFor();
    await go(page, "Check");
    await page.getByText("All good").waitFor();
    await page.getByRole("button", { name: "Show an example" }).click();
    await page.getByText("4 errors").waitFor();
    await go(page, "URLs");
    await page.getByRole("textbox", { name: "Your list" }).fill("https://example.com/a/b");
    await page.locator(".url-row.good").waitFor();
  });
});

test("frame: with the keyboard alone", async ({ url }) => {
  await withBrowser({}, async (context) => {
    const { page } = await openView(context, url, "#/choose");
    const tabTo = async (wanted, most = 60) => {
      for (let count = 0; count < most; count += 1) {
        await page.keyboard.press("Tab");
        const label = await page.evaluate(() => {
          const active = document.activeElement?.shadowRoot?.activeElement ?? document.activeElement;
          return `${active?.getAttribute("aria-label") ?? ""} ${active?.textContent ?? ""} ${active?.name ?? ""}`;
        });
        if (label.includes(wanted)) return;
      }
      assert.fail(`the Tab key does not reach ${wanted}`);
    };
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the page");
    await tabTo("Search: Exercise");
    await page.keyboard.type("fizz");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Fizz Buzz" }).waitFor();
    await tabTo("Search: Language");
    await page.keyboard.type("ruby");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await page.getByRole("heading", { name: "Fizz Buzz in Ruby" }).waitFor();
    await tabTo("readme.txt");
    await page.keyboard.press("ArrowRight");
    assert.match(await page.getByRole("tabpanel").innerText(), /minitest/);
    await page.evaluate(() => document.activeElement.blur());
    await go(page, "Check");
    await tabTo("Show an example");
    await page.keyboard.press("Enter");
    await page.getByText("4 errors").waitFor();
    await tabTo("Editor for");
    await page.keyboard.press("F8");
    await page.keyboard.press("Tab");
    await tabTo("Add the dot");
    await page.keyboard.press("Enter");
    await page.getByText("3 errors").waitFor();
    await tabTo("unknown-key");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "What it does" }).waitFor();
  });
});

test("frame: the theme follows the system, and can be chosen and kept", async ({ url }) => {
  await withBrowser({ colorScheme: "dark" }, async (context) => {
    const { page } = await openView(context, url, "#/urls");
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const dark = await background();
    await page.getByRole("button", { name: /Colours/ }).click();
    const light = await background();
    assert.notEqual(dark, light);
    await page.reload();
    await page.locator(".view[data-ready]").waitFor();
    assert.equal(await background(), light);
  });
});

test("frame: at 360 px nothing scrolls sideways", async ({ url }) => {
  await withBrowser({ viewport: { width: 360, height: 740 } }, async (context) => {
    for (const hash of ["#/choose?exercise=Fizz+Buzz&language=Python+3.13.1%2C+pytest+8.3.4", "#/check", "#/urls"]) {
      const { page } = await openView(context, url, hash);
      const example = page.getByRole("button", { name: "Show an example" });
      if (await example.isVisible()) await example.click();
      else await page.getByRole("button", { name: /From/ }).click();
      await page.waitForTimeout(200);
      const [width, inner] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(width <= inner && inner === 360, `${hash}: ${width} px in ${inner}`);
    }
  });
});

test("frame: a service is asked without cookies and nothing else is asked at all", async ({ url }) => {
  const service = await serveManifests({ A: { display_name: "A", visible_files: {} } });
  await withBrowser({}, async (context) => {
    const asked = [];
    context.on("request", (request) => asked.push(request.url()));
    const { page } = await openView(context, url, "#/choose");
    await page.getByRole("button", { name: /From/ }).click();
    await page.getByLabel("Custom service").fill(service.url);
    await page.getByRole("button", { name: "Connect" }).click();
    await page.getByRole("button", { name: /From localhost/ }).waitFor();
    const foreign = asked.filter((one) => !one.startsWith(url) && !one.startsWith("blob:"));
    assert.deepEqual(foreign, [`${service.url}/manifests`]);
  });
  await service.close();
});
