// Manifests of the repository: examples, conformance cases, and the catalogues that the service is tested with.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

export const root = join(import.meta.dirname, "../../..");

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
  const groups = readdirSync(join(root, "conformance/check"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return groups.flatMap((group) =>
    readdirSync(join(group.parentPath, group.name)).map((name) => {
      const folder = join(group.parentPath, group.name, name);
      const about = JSON.parse(readFileSync(join(folder, "case.json"), "utf8"));
      const report = JSON.parse(readFileSync(join(folder, "report.json"), "utf8"));
      return { name: `${group.name}/${name}`, folder, about, report };
    }),
  );
}

/** Every file of the start-points of a kind, as they are deployed. */
export function deployedTree(kind) {
  return tree(join(root, "crates/server/tests/deployed", kind)).filter(([path]) => path !== "shas.txt");
}

/** The manifests of a kind, as they are deployed. */
export function deployedManifests(kind) {
  const manifests = deployedTree(kind).filter(([path]) => path.endsWith("/manifest.json"));
  return manifests.map(([path, bytes]) => ({ name: path, text: bytes.toString("utf8") }));
}
