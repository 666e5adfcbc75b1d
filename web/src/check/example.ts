/** A start-point with faults to look at: `examples/bad` of this repository. */

import { bytesOf, firstPath, textOf, type Project } from "./project";

const TEXTS: Readonly<Record<string, string>> = import.meta.glob("../../../examples/bad/python-unittest/**/*", {
  query: "?raw",
  import: "default",
  eager: true,
});

export function example(): Project {
  const files = new Map(
    Object.entries(TEXTS).map(([path, text]) => [path.replace(/^.*examples\/bad\//, ""), bytesOf(text)]),
  );
  const path = firstPath(files);
  return { kind: "auto", dialect: "auto", path, text: textOf(files.get(path)) ?? "", files };
}
