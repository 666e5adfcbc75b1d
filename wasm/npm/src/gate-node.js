import { init as load } from "./gate.js";
import { fromFile } from "./file.js";

export * from "./gate.js";

/** As in the browser, and besides: without input the module is read from the package, and `file:` URLs are read. */
export async function init(input) {
  return load(fromFile(input ?? new URL("../dist/start_points_gate_bg.wasm", import.meta.url)));
}
