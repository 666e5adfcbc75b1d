/** What is being checked: one manifest alone, or all files of a start-point. */

import type { Entry, Files } from "./intake";
import type { LinkState } from "./link";

export const ALONE = "manifest.json";

export const STARTER = `{
  "display_name": "Python 3.13.1, pytest 8.3.4",
  "visible_filenames": ["test_hiker.py", "hiker.py", "cyber-dojo.sh"],
  "filename_extension": ".py"
}
`;

export interface Project {
  kind: string;
  dialect: string;
  /** The file in the editor. */
  path: string;
  /** The text in the editor. */
  text: string;
  /** Nothing where only a manifest's text is known. */
  files: Files | null;
}

const utf8 = new TextEncoder();

export function starter(): Project {
  return { kind: "auto", dialect: "auto", path: ALONE, text: STARTER, files: null };
}

/** The text of a file; nothing where it is too long or is not UTF-8: then it can be checked, not edited. */
export function textOf(entry: Entry | undefined): string | null {
  if (!entry || !("bytes" in entry)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(entry.bytes);
  } catch {
    return null;
  }
}

export function bytesOf(text: string): Entry {
  return { bytes: utf8.encode(text) };
}

/** The file to begin with: a manifest, the topmost one. */
export function firstPath(files: Files): string {
  const paths = [...files.keys()].sort((a, b) => a.split("/").length - b.split("/").length || (a < b ? -1 : 1));
  const isManifest = (path: string): boolean => path === ALONE || path.endsWith(`/${ALONE}`);
  return paths.find(isManifest) ?? paths[0] ?? ALONE;
}

export function toLink({ kind, dialect, path, text, files }: Project): LinkState {
  const texts = files && Object.fromEntries([...files].map(([name, entry]) => [name, textOf(entry) ?? ""]));
  return { kind, dialect, path, text, files: texts };
}

export function fromLink({ kind, dialect, path, text, files }: LinkState): Project {
  const entries = files && new Map(Object.entries(files).map(([name, content]) => [name, bytesOf(content)]));
  return { kind, dialect, path, text, files: entries };
}
