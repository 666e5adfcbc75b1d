// A browser for each lane of tests, and pages whose every complaint is kept.

import { AsyncLocalStorage } from "node:async_hooks";
import { launch } from "../../../wasm/npm/tests/chromium.mjs";

const browsers = new Map();
const lanes = new AsyncLocalStorage();

/** Tests beside one another have a browser each: the clipboard is one of the browser's. */
export function inLane(lane, run) {
  return lanes.run(lane, run);
}

function browserOf(lane) {
  if (!browsers.has(lane)) browsers.set(lane, launch());
  return browsers.get(lane);
}

/** A profile of its own in the lane's browser: storage, caches and service workers are not shared with other tests. */
export async function withBrowser(options, use) {
  const browser = await browserOf(lanes.getStore());
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  try {
    return await use(context);
  } finally {
    await context.close();
  }
}

export async function closeBrowsers() {
  for (const browser of browsers.values()) await (await browser).close();
}

/** A page of a view, ready. */
export async function openView(context, url, hash) {
  const view = await openPage(context, `${url}/${hash}`);
  await ready(view.page);
  return view;
}

/** A page; `complaints` gathers errors, console errors and violations of the CSP. */
export async function openPage(context, url) {
  const page = await context.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.addInitScript(() => {
    globalThis.violations = [];
    document.addEventListener("securitypolicyviolation", (event) =>
      globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
    );
  });
  await page.goto(url);
  return { page, complaints };
}

export async function ready(page) {
  await page.locator(".view[data-ready]").waitFor();
}

export async function go(page, name) {
  await page.getByRole("navigation").getByRole("link", { name }).click();
  await page.locator(`.view.${name.toLowerCase()}[data-ready]`).waitFor();
}

export async function complaintsOf({ page, complaints }) {
  return [...complaints, ...(await page.evaluate(() => globalThis.violations ?? []))];
}

/** Sets the whole text of the editor, as a paste does. */
export async function type(page, text) {
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
}
