import { readFile } from "node:fs/promises";
import { init as load } from "./engine.js";

export * from "./index.js";

/** As in the browser, and besides: without input the module is read from the package, and `file:` URLs are read. */
export async function init(input) {
  const found = input ?? new URL("../dist/start_points_bg.wasm", import.meta.url);
  const isFile = found instanceof URL && found.protocol === "file:";
  return load(isFile ? readFile(found) : found);
}
