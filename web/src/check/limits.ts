/** What a drop may hold. A start-point is a few kilobytes; the rest is a mistake or an attack. */

export const LIMITS = {
  /** Files in a folder or entries of a zip. */
  entries: 2_000,
  /** Folders below one another. */
  depth: 12,
  /** Bytes of everything together, unpacked. */
  total: 32 * 1024 * 1024,
  /** Bytes of the zip itself. */
  zip: 16 * 1024 * 1024,
  /** A file beyond this is known by its size alone: no rule reads so much. */
  content: 256 * 1024,
  /** Characters of a link's state, and of the text it unpacks to. */
  link: 32_000,
  linkText: 512 * 1024,
} as const;

/** A drop that is not read; the message is for people. */
export class Refused extends Error {}

export function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 / 1024)} MB`;
}

/** Counts what comes in, and refuses what is too much before it is kept. */
export class Budget {
  #entries = 0;
  #bytes = 0;

  entry(path: string): void {
    this.#entries += 1;
    if (this.#entries > LIMITS.entries) {
      throw new Refused(`More than ${LIMITS.entries.toLocaleString("en")} files: drop one start-point's folder`);
    }
    const segments = path.split("/");
    if (segments.length > LIMITS.depth) throw new Refused(`Folders more than ${LIMITS.depth} deep are not read`);
    if (path.length > 1024 || path.startsWith("/") || segments.includes("..")) {
      throw new Refused("A file name in there leads out of its folder, or is far too long");
    }
  }

  bytes(more: number): void {
    this.#bytes += more;
    if (this.#bytes > LIMITS.total) {
      throw new Refused(`More than ${megabytes(LIMITS.total)} in all: drop one start-point's folder`);
    }
  }
}

/** Folders like `.git` do not belong to a start-point, and are large. */
export function isSkipped(path: string): boolean {
  return path
    .split("/")
    .slice(0, -1)
    .some((segment) => segment.startsWith(".") || segment === "__MACOSX");
}
