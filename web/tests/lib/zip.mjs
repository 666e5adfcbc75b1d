// Zips for tests, with fflate, and a bomb.

import { zipSync } from "fflate";
import { tree } from "./material.mjs";

export function zipOf(folder, prefix = "") {
  return Buffer.from(
    zipSync(Object.fromEntries(tree(folder).map(([path, bytes]) => [prefix + path, new Uint8Array(bytes)]))),
  );
}

/** Two files of 30 MB each, in 60 kB. */
export function bomb() {
  const zeros = new Uint8Array(30 * 1024 * 1024);
  return Buffer.from(
    zipSync(Object.fromEntries([...Array(2).keys()].map((index) => [`start_point/${index}.txt`, zeros])), { level: 9 }),
  );
}

export function manyFiles(count) {
  return Buffer.from(
    zipSync(
      Object.fromEntries([...Array(count).keys()].map((index) => [`start_point/${index}.txt`, new Uint8Array()])),
    ),
  );
}

export function zipWith(files) {
  return Buffer.from(
    zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)]))),
  );
}
