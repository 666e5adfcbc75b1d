// Every test of the built page: `npm run build`, then `node tests/run.mjs [--screenshots]`.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { runAll } from "./lib/harness.mjs";
import { closeBrowsers } from "./lib/browser.mjs";
import { servePage } from "./lib/server.mjs";
import { screenshots } from "./screenshots.mjs";

if (!existsSync(join(import.meta.dirname, "../dist/index.html"))) {
  console.error("there is no dist/: run `npm run build` first");
  process.exit(2);
}
for (const suite of ["check", "drop", "choose", "urls", "frame", "hostile", "access", "speed"])
  await import(`./${suite}.mjs`);
const server = await servePage();
try {
  const isGood = await runAll({ url: server.url });
  if (process.argv.includes("--screenshots")) await screenshots(server.url);
  process.exitCode = isGood ? 0 : 1;
} finally {
  await closeBrowsers();
  await server.close();
}
