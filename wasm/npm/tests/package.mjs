// The packed tarball, installed as a user would: types, plain Node, a Vite build, and a page under a strict policy.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inChromium } from "./chromium.mjs";
import { equal, finish, npm, repository, test } from "./harness.mjs";

const user = mkdtempSync(join(tmpdir(), "start-points-npm-"));
const tool = (name) => join(npm, "node_modules/.bin", name);
const run = (program, ...words) =>
  execFileSync(program, words, { cwd: user, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
const write = (name, text) => writeFileSync(join(user, name), text);

const PAGE = `<!doctype html><meta charset="utf-8"><title>x</title><script type="module" src="./main.js"></script>`;
const MAIN = `
import { check, init, parseUrl } from "start-points";
await init();
let code;
try { parseUrl("") } catch (error) { code = error.code }
document.title = check({ manifest: '{"display_name": 3}', kind: "custom" }).diagnostics.map((found) => found.rule).join() + " " + code;
`;
const EXPECTED = "missing-key,missing-key,missing-key,wrong-type empty";

try {
  write("package.json", '{"name": "user", "private": true, "type": "module"}');
  const [{ filename, files }] = JSON.parse(run("npm", "pack", npm, "--json", "--silent"));
  run("npm", "install", "--silent", "--no-audit", "--no-fund", "--offline", `./${filename}`);

  await test("the tarball holds what it needs and nothing else", () => {
    const folders = files.map(({ path }) => path.replace(/[^/]+$/, ""));
    equal([...new Set(folders)].sort(), ["", "dist/", "dist/schemas/", "src/"]);
    for (const path of ["README.md", "LICENSE", "index.d.ts", "gate.d.ts", "dist/start_points_bg.wasm", "dist/start_points.js"]) {
      equal(files.some((file) => file.path === path), true, path);
    }
  });
  await test("every export is there", () => {
    const find = (name) => `import.meta.resolve("start-points${name}")`;
    const names = ["", "/gate", "/start_points_bg.wasm", "/start_points_gate_bg.wasm", "/schemas/report.schema.json", "/package.json"];
    write("find.mjs", `import { existsSync } from "node:fs"; console.log([${names.map(find)}].every((url) => existsSync(new URL(url))))`);
    equal(run("node", "find.mjs"), "true\n");
  });
  for (const [name, options] of Object.entries({
    "a bundler's": ["--module", "esnext", "--moduleResolution", "bundler", "--lib", "es2022,dom"],
    "Node's": ["--module", "nodenext", "--lib", "es2022", "--types", "node", "--typeRoots", join(npm, "node_modules/@types")],
  })) {
    await test(`the types, with ${name} settings`, () => {
      cpSync(join(npm, "tests/types.ts"), join(user, "types.ts"));
      const strict = ["--strict", "--noEmit", "--target", "es2022", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"];
      run(tool("tsc"), ...strict, ...options, "types.ts");
    });
  }
  await test("the example of the README, in Node", () => {
    const [code, output] = [...readFileSync(join(npm, "README.md"), "utf8").matchAll(/```(?:js|text)\n([^]*?)```/g)];
    write("example.mjs", code[1]);
    equal(run("node", "example.mjs"), output[1]);
  });
  for (const path of ["README.md", "docs/gate.md", "wasm/npm/README.md"]) {
    const blocks = [...readFileSync(join(repository, path), "utf8").matchAll(/```js\n([^]*?)```/g)];
    await test(`${path} has examples`, () => equal(blocks.length > 0, true));
    for (const [index, [, code]] of blocks.entries()) {
      await test(`example ${index + 1} of ${path}, in Node`, () => {
        write("documented.mjs", code);
        run("node", "documented.mjs");
      });
    }
  }
  await test("a Vite build, in Chromium under a strict policy", async () => {
    write("index.html", PAGE);
    write("main.js", MAIN);
    run(tool("vite"), "build", "--logLevel", "error", "--target", "esnext");
    equal(readdirSync(join(user, "dist/assets")).some((name) => name.endsWith(".wasm")), true);
    await opens({ "": join(user, "dist") });
  });
  await test("without a bundler, in Chromium under a strict policy", async () => {
    const bare = MAIN.replace('"start-points"', '"./node_modules/start-points/src/index.js"');
    await opens({ "": user, "/index.html": PAGE, "/main.js": bare });
  });
} finally {
  rmSync(user, { recursive: true, force: true });
}
finish();

async function opens(answers) {
  await inChromium(answers, async (page, complaints) => {
    const title = () => page.evaluate(() => document.title);
    for (let left = 100; (await title()) !== EXPECTED && left > 0; left -= 1) await page.waitForTimeout(50);
    equal([await title(), complaints], [EXPECTED, []]);
  });
}
