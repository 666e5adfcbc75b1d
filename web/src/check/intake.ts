/** From what was dropped or picked to files by path, within limits. */

import { Budget, isSkipped, LIMITS, megabytes, Refused } from "./limits";

/** A file that was read, or one of which only the size is known. */
export type Entry = { readonly bytes: Uint8Array } | { readonly size: number };
export type Files = Map<string, Entry>;

/** What was dropped. Must be called in the drop event itself: later the browser has emptied it. */
export function dropped(data: DataTransfer): Promise<Files> {
  const roots = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const files = [...data.files];
  if (roots.some((entry) => entry.isDirectory)) return walk(roots);
  return picked(files);
}

/** What a file picker gave: a folder's files, one manifest, or a zip. */
export async function picked(files: readonly File[]): Promise<Files> {
  const [first] = files;
  if (!first) throw new Refused("There was no file in that");
  const isZip = /\.zip$/i.test(first.name) || /zip/.test(first.type);
  if (files.length === 1 && isZip) return (await import("./zip")).unzip(first);
  const taker = new Taker();
  for (const file of files) await taker.take(file.webkitRelativePath || file.name, file);
  return taker.files;
}

async function walk(roots: readonly FileSystemEntry[]): Promise<Files> {
  const taker = new Taker();
  const waiting = [...roots];
  for (let entry = waiting.shift(); entry; entry = waiting.shift()) {
    const path = entry.fullPath.replace(/^\//, "");
    if (isSkipped(`${path}/`)) continue;
    if (entry.isDirectory) {
      taker.budget.entry(path);
      waiting.push(...(await children(entry as FileSystemDirectoryEntry)));
    } else {
      await taker.take(path, await opened(entry as FileSystemFileEntry));
    }
  }
  return taker.files;
}

class Taker {
  readonly files: Files = new Map();
  readonly budget = new Budget();

  async take(path: string, file: File): Promise<void> {
    if (isSkipped(path)) return;
    this.budget.entry(path);
    if (file.size > LIMITS.total) {
      throw new Refused(
        `${file.name.slice(0, 80)} has ${megabytes(file.size)}, at most ${megabytes(LIMITS.total)} are read`,
      );
    }
    this.budget.bytes(file.size);
    const isSmall = file.size <= LIMITS.content;
    this.files.set(path, isSmall ? { bytes: new Uint8Array(await file.arrayBuffer()) } : { size: file.size });
  }
}

// A reader gives its entries in portions; an empty portion is the end.
async function children(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (portion.length === 0 || all.length > LIMITS.entries) return all;
    all.push(...portion);
  }
}

function opened(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  });
}
