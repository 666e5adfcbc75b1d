// Writes public/demo-catalogue.json: `examples/good` and demo/start-points.json, checked and resolved by the engine.

import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { catalogueNames, checkTree, init, resolve } from "start-points";

const web = join(import.meta.dirname, "..");
const good = join(web, "../examples/good");

await init();
const startPoints = [...(await examples()), ...JSON.parse(await readFile(join(web, "demo/start-points.json"), "utf8"))];
const catalogue = {};
for (const kind of ["languages", "exercises", "custom"]) {
  const resolved = startPoints.filter((one) => one.kind === kind).map(resolvedOf);
  const { names, sorted } = catalogueNames(resolved);
  catalogue[kind] = { manifests: Object.fromEntries(sorted.map((name) => [name, resolved[names.indexOf(name)]])) };
}
await writeFile(join(web, "public/demo-catalogue.json"), JSON.stringify(catalogue));

function resolvedOf({ kind, url, docker_image_name, manifest, files }) {
  const text = typeof manifest === "string" ? manifest : JSON.stringify(manifest);
  const named = JSON.stringify({ image_name: docker_image_name });
  const docker = docker_image_name === undefined ? {} : { "docker/image_name.json": named };
  const { diagnostics, summary } = checkTree({ ...files, ...docker, "manifest.json": text }, { kind });
  if (summary.errors > 0) throw new Error(`${url}: ${diagnostics.map(({ message }) => message).join("; ")}`);
  const sha = createHash("sha1").update(text).digest("hex");
  return resolve({ manifest: text, files, kind, docker_image_name, source: { url, sha } });
}

async function examples() {
  const paths = await readdir(good, { recursive: true });
  return Promise.all(
    paths
      .filter((path) => path.endsWith("manifest.json"))
      .sort()
      .map(example),
  );
}

async function example(path) {
  const folder = join(good, dirname(path));
  const names = (await readdir(folder)).filter((name) => name !== "manifest.json");
  const files = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "utf8")])),
  );
  const manifest = await readFile(join(good, path), "utf8");
  const isLanguage = path.includes("start_point/");
  const docker = isLanguage
    ? JSON.parse(await readFile(join(folder, "../docker/image_name.json"), "utf8")).image_name
    : undefined;
  const kind = isLanguage ? "languages" : relative("exercises", path).startsWith("..") ? "custom" : "exercises";
  return { kind, url: `https://example.com/${path.split("/")[0]}`, docker_image_name: docker, manifest, files };
}
