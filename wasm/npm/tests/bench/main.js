// Runs in Chromium: how many checks of one manifest a second, and how many validations by ajv.
import Ajv from "ajv/dist/2020.js";
import { check, checkJson, init } from "start-points";
import schema from "../../../../schemas/languages.derived.schema.json";
import example from "../../../../examples/good/python-pytest/start_point/manifest.json?raw";

/** The example with more visible files, so that it has about 1 kB. */
function oneKilobyte() {
  const manifest = JSON.parse(example);
  for (let index = 0; JSON.stringify(manifest, null, 2).length < 1000; index += 1) {
    manifest.visible_filenames.push(`data/table_${index}.csv`);
  }
  return JSON.stringify(manifest, null, 2);
}

/** Calls a second: the best of several rounds, as the machine is shared. */
function rate(work) {
  let best = 0;
  for (let round = 0; round < 5; round += 1) {
    const started = performance.now();
    let calls = 0;
    while (performance.now() - started < 400) {
      for (let call = 0; call < 200; call += 1) work();
      calls += 200;
    }
    best = Math.max(best, (1000 * calls) / (performance.now() - started));
  }
  return best;
}

const loading = performance.now();
await init();
const loaded = performance.now() - loading;

const manifest = oneKilobyte();
const names = JSON.parse(manifest).visible_filenames.concat("red_amber_green.rb");
const files = Object.fromEntries(names.map((name) => [name, { size: 300 }]));
const docker = { image_name: '{"image_name": "example/x"}' };
const input = { manifest, path: "start_point/manifest.json", kind: "languages", files, docker };
const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
if (check(input).diagnostics.length > 0 || !validate(JSON.parse(manifest))) throw new Error("the manifest is not good");

const faulty = { ...input, manifest: manifest.replace('".py"', '"py"').replace('"tab_size"', '"tab_sise"') };
window.results = {
  bytes: manifest.length,
  loaded,
  check: rate(() => check(input)),
  manifest: rate(() => check({ manifest, kind: "languages" })),
  faulty: rate(() => check(faulty)),
  json: rate(() => checkJson(faulty)),
  ajv: rate(() => validate(JSON.parse(manifest))),
};
