import { init as load } from "./engine.js";
import { fromFile } from "./file.js";

export * from "./index.js";

/** As in the browser, and besides: without input the module is read from the package, and `file:` URLs are read. */
export async function init(input) {
  return load(fromFile(input ?? new URL("../dist/start_points_bg.wasm", import.meta.url)));
}
