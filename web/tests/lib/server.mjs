// Serves the built page, and on another port a start-points service that allows every origin.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};
const dist = join(import.meta.dirname, "../../dist");

export async function servePage() {
  return listen(async (request, response) => {
    const path = normalize(new URL(request.url, "http://x").pathname);
    const file = path.endsWith("/") ? `${path}index.html` : path;
    try {
      const body = await readFile(join(dist, file));
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
}

export async function serveManifests(manifests) {
  return listen((request, response) => {
    const isKnown = request.url === "/manifests";
    response.writeHead(isKnown ? 200 : 400, { "content-type": "application/json", "access-control-allow-origin": "*" });
    response.end(isKnown ? JSON.stringify({ manifests }) : "{}");
  });
}

function listen(answer) {
  const server = createServer(answer);
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const close = () =>
        new Promise((closed) => {
          server.close(closed);
          server.closeAllConnections();
        });
      resolve({ url: `http://localhost:${server.address().port}`, close });
    });
  });
}
