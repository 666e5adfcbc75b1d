import * as glue from "../dist/start_points.js";
import { loader } from "./loader.js";

export const { init, initSync, call } = loader(glue, () => new URL("../dist/start_points_bg.wasm", import.meta.url));
