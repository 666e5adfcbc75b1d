// What the test scripts share: a count of what holds, and where things lie.
import { isDeepStrictEqual } from "node:util";
import { fileURLToPath } from "node:url";

let passed = 0;
let failed = 0;

/** The top of the package, and of the repository. */
export const npm = fileURLToPath(new URL("..", import.meta.url));
export const repository = fileURLToPath(new URL("../../..", import.meta.url));

/** Runs a test; a failure is shown and counted, and the next test runs. */
export async function test(name, run) {
  try {
    await run();
    passed += 1;
  } catch (error) {
    failed += 1;
    console.log(`failed: ${name}\n${error?.stack ?? error}`);
  }
}

export function equal(found, expected, what = "") {
  if (!isDeepStrictEqual(found, expected)) {
    throw new Error(`${what}\n  expected ${JSON.stringify(expected)}\n  found    ${JSON.stringify(found)}`);
  }
}

/** The last line of every script, from which `cargo xtask test` counts. */
export function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}
