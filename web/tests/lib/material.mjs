// Real manifests: examples, conformance cases, and the corpus where it is.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

export const root = join(import.meta.dirname, "../../..");
export const corpus = process.env.START_POINTS_CORPUS ?? join(root, "../shared/corpus");
export const hasCorpus = existsSync(join(corpus, "languages"));

export function read(path) {
  return readFileSync(join(root, path), "utf8");
}

/** Files of a folder by path, with their bytes. */
export function tree(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => [relative(folder, path), readFileSync(path)]);
}

/** Conformance cases whose input is files alone, checked as one manifest lies: with what is expected of them. */
export function conformanceCases() {
  const groups = readdirSync(join(root, "conformance"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return groups.flatMap((group) =>
    readdirSync(join(group.parentPath, group.name)).map((name) => {
      const folder = join(group.parentPath, group.name, name);
      const about = JSON.parse(readFileSync(join(folder, "case.json"), "utf8"));
      const report = JSON.parse(readFileSync(join(folder, "report.json"), "utf8"));
      return { name: `${group.name}/${name}`, folder, about, report };
    }),
  );
}

export function corpusManifests(kind) {
  return readdirSync(join(corpus, kind), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => ({
      name: entry.name,
      text: readFileSync(join(corpus, kind, entry.name, "manifest.json"), "utf8"),
    }));
}

/** Every manifest of a kind, with files of the right names and sizes. */
export function corpusTree(kind) {
  const rows = readFileSync(join(corpus, kind, "files.tsv"), "utf8")
    .trim()
    .split("\n")
    .slice(1);
  const beside = rows
    .map((row) => row.split("\t"))
    .map(([name, path, bytes]) => [`${name}/${path}`, Buffer.alloc(Number(bytes), "x\n")]);
  return [...corpusManifests(kind).map(({ name, text }) => [`${name}/manifest.json`, Buffer.from(text)]), ...beside];
}
