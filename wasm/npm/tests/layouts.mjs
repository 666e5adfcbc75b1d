// A thousand repositories laid out at random: the same report, byte for byte, as the engine's own.
import { readFileSync } from "node:fs";
import { init, checkTreeJson } from "start-points";
import { equal, finish, test } from "./harness.mjs";

await init();
const lines = readFileSync(process.env.LAYOUTS, "utf8").trimEnd().split("\n");
await test(`${lines.length} layouts`, () => {
  for (const [at, line] of lines.entries()) {
    const { files, kind, dialect, report } = JSON.parse(line);
    const found = checkTreeJson(files, kind === null ? { dialect } : { kind, dialect });
    if (found !== report) equal(found, report, `layout ${at}`);
  }
  if (lines.length < 1000) throw new Error(`only ${lines.length} layouts`);
});
finish();
