import * as glue from "../dist/start_points_gate.js";
import { StartPointsError, reading } from "./error.js";
import { json, text } from "./input.js";
import { loader } from "./loader.js";

const encoder = new TextEncoder();
const { init, initSync, call } = loader(glue, () => new URL("../dist/start_points_gate_bg.wasm", import.meta.url));

export { StartPointsError, init, initSync };

export const decide = (facts, policy, now) => JSON.parse(decideJson(facts, policy, now));
export function decideJson(facts, policy, now) {
  const input = reading(() => [
    bytes(json(facts, "the facts")),
    bytes(policy == null ? "{}" : json(policy, "the policy")),
    now instanceof Date ? now.toISOString() : text(now, "the time"),
  ]);
  return call("decide", ...input);
}

const bytes = (content) => (typeof content === "string" ? encoder.encode(content) : content);
