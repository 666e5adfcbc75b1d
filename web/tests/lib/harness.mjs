// Tests one after another; each that fails says why, and the rest still run.

import assert from "node:assert/strict";
import { inLane } from "./browser.mjs";

const LANES = { shas: "one", check: "one", choose: "two", urls: "two", frame: "two", hostile: "two", access: "two" };

const tests = [];
export { assert };

export function test(name, run) {
  tests.push({ name, run });
}

/** Lanes run beside one another, the tests of a lane one after another, and tests without a lane at the end, alone. */
export async function runAll(given) {
  const count = { passed: 0, failed: 0 };
  const lanes =
    Map.groupBy?.(tests, laneOf) ??
    tests.reduce((all, one) => all.set(laneOf(one), [...(all.get(laneOf(one)) ?? []), one]), new Map());
  const alone = lanes.get("") ?? [];
  lanes.delete("");
  await Promise.all([...lanes].map(([lane, members]) => inLane(lane, () => runEach(members, given, count))));
  await inLane("alone", () => runEach(alone, given, count));
  console.log(`${count.passed} passed, ${count.failed} failed`);
  return count.failed === 0;
}

function laneOf({ name }) {
  return LANES[name.split(":")[0]] ?? "";
}

async function runEach(members, given, count) {
  for (const { name, run } of members) {
    const started = performance.now();
    try {
      await run(given);
      count.passed += 1;
      console.log(`ok ${name} (${Math.round(performance.now() - started)} ms)`);
    } catch (error) {
      count.failed += 1;
      console.log(`FAILED ${name}\n${error?.stack ?? error}`);
    }
  }
}
