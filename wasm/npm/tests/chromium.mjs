// A page in Debian's Chromium, served by a server of our own under a strict Content-Security-Policy.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { chromium } from "playwright-core";

/** What a careful site sends: nothing runs but the site's own files; `'wasm-unsafe-eval'` allows WebAssembly alone. */
export const STRICT = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
};
const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Debian's Chromium with a fresh profile; the tests of the set-up page use it as well. */
export function launch() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: ARGUMENTS });
}

/**
 * Opens `/` of a site and hands the page to `use`.
 *
 * @param answers path → text, or a folder that all other paths lie in under `""`
 */
export async function inChromium(answers, use, policy = STRICT) {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://localhost").pathname.replace(/\/$/, "/index.html");
    const icon = path === "/favicon.ico" ? "" : undefined;
    const found = answers[path] ?? icon ?? (await read(answers[""], path));
    const headers = { "content-type": TYPES[extname(path)] ?? "application/octet-stream" };
    if (policy) headers["content-security-policy"] = policy;
    response.writeHead(found === undefined ? 404 : 200, headers).end(found);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const complaints = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    return await use(page, complaints);
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}

async function read(folder, path) {
  if (folder === undefined || path.includes("..")) return undefined;
  return readFile(join(folder, decodeURIComponent(path))).catch(() => undefined);
}
