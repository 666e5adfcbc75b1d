// The set-up page as a running service serves it, from its binary and under its headers. `shas.mjs` runs these too.

import { assert, test } from "./lib/harness.mjs";
import { complaintsOf, openView, type, withBrowser } from "./lib/browser.mjs";

test("setup: what the service offers is there to choose from", ({ url }) =>
  withBrowser({}, async (context) => {
    const view = await openView(context, `${url}/setup`, "#/choose");
    const { page } = view;
    await page.getByRole("button", { name: `From ${new URL(url).host}` }).waitFor();
    const languages = page.getByRole("region", { name: "Language and test framework" });
    await languages.getByRole("radio", { name: "Ruby 3.4.1, MiniTest", exact: true }).check();
    await page.getByRole("heading", { name: "Ruby 3.4.1, MiniTest" }).waitFor();
    assert.match(await page.locator(".image code").innerText(), /\/languages\/ruby_minitest:3\.4\.1$/);
    assert.deepEqual(await complaintsOf(view), []);
  }));

test("setup: the engine checks under the service's policy", ({ url }) =>
  withBrowser({}, async (context) => {
    const view = await openView(context, `${url}/setup`, "#/check");
    await type(view.page, "{");
    await view.page.getByText("1 error", { exact: true }).waitFor();
    assert.deepEqual(await complaintsOf(view), []);
  }));
