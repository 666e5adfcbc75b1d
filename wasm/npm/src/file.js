import { readFile } from "node:fs/promises";

/** What `init` loads: Node fetches no `file:` URLs, so they are read. */
export function fromFile(found) {
  const isFile = found instanceof URL && found.protocol === "file:";
  return isFile ? readFile(found) : found;
}
