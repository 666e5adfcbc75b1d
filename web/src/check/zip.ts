/** A zip, unpacked piece by piece: sizes are counted as bytes come out, whatever the headers claim. */

import { Unzip, UnzipInflate, UnzipPassThrough } from "fflate";
import { Budget, isSkipped, LIMITS, megabytes, Refused } from "./limits";
import type { Entry } from "./intake";

// Deflate packs at most 1032 to 1, so one piece unpacks to 4 MB at most.
const PIECE = 4096;

export async function unzip(file: Blob): Promise<Map<string, Entry>> {
  if (file.size > LIMITS.zip)
    throw new Refused(`The zip has ${megabytes(file.size)}, at most ${megabytes(LIMITS.zip)} are read`);
  const packed = new Uint8Array(await file.arrayBuffer());
  if (packed[0] !== 0x50 || packed[1] !== 0x4b) throw new Refused("That file is not a zip");
  const budget = new Budget();
  const entries = new Map<string, Entry>();
  // The library hands what is thrown in `ondata` to `ondata` again: the first refusal is the one to tell.
  let refusal: Refused | null = null;
  const refuse = (reason: unknown): never => {
    refusal ??= reason instanceof Refused ? reason : new Refused("The zip is damaged");
    throw refusal;
  };
  const unzipper = new Unzip((entry) => {
    if (entry.name.endsWith("/")) return;
    budget.entry(entry.name);
    if (isSkipped(entry.name)) return;
    const pieces: Uint8Array[] = [];
    let size = 0;
    entry.ondata = (error, piece, last) => {
      if (error || refusal) refuse(error);
      size += piece.length;
      try {
        budget.bytes(piece.length);
      } catch (reason) {
        refuse(reason);
      }
      if (size <= LIMITS.content) pieces.push(piece);
      else pieces.length = 0;
      if (last) entries.set(entry.name, size <= LIMITS.content ? { bytes: joined(pieces, size) } : { size });
    };
    entry.start();
  });
  unzipper.register(UnzipPassThrough);
  unzipper.register(UnzipInflate);
  try {
    for (let at = 0; at < packed.length; at += PIECE) {
      unzipper.push(packed.subarray(at, at + PIECE), at + PIECE >= packed.length);
      // Lets the page breathe now and then.
      if (at % (PIECE * 256) === 0) await new Promise((resolve) => window.setTimeout(resolve));
    }
  } catch (error) {
    throw (
      refusal ??
      (error instanceof Refused ? error : new Refused("The zip is damaged, or packed in a way that is not read"))
    );
  }
  return entries;
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
