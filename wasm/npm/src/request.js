import { StartPointsError } from "./error.js";

/** The most bytes of one request: a browser tab has little more to spare. */
const MAX_BYTES = 256 * 1024 * 1024;
/** What is kept from one call to the next. */
const KEPT_BYTES = 64 * 1024;

const encoder = new TextEncoder();
const kept = new Uint8Array(KEPT_BYTES);
const keptView = new DataView(kept.buffer);

/**
 * Input for the engine: parts one after another, as `wasm/src/request.rs` reads them.
 *
 * Parts are collected first and written in one go, because a getter of the caller's may call this package again.
 */
export class Request {
  #parts = [];

  /** A string, bytes, a number, or `undefined` for nothing. */
  add(...parts) {
    for (const part of parts) this.#parts.push(part);
    return this;
  }

  /** The bytes; good until the next request is written. */
  bytes() {
    let most = 0;
    for (const part of this.#parts) most += 9 + (typeof part === "number" ? 0 : (part?.length ?? 0));
    if (most > MAX_BYTES) throw tooLarge();
    const writer = new Writer(most);
    for (const part of this.#parts) writer.part(part);
    return writer.finish();
  }
}

class Writer {
  #at = 0;
  #bytes;
  #view;

  constructor(bytes) {
    this.#grow(bytes);
  }

  part(part) {
    this.#reserve(9);
    if (part === undefined) {
      this.#bytes[this.#at++] = 0;
    } else if (typeof part === "number") {
      this.#bytes[this.#at] = 2;
      this.#view.setFloat64(this.#at + 1, part, true);
      this.#at += 9;
    } else {
      const length = typeof part === "string" ? this.#text(part) : this.#raw(part);
      this.#bytes[this.#at] = 1;
      this.#view.setUint32(this.#at + 1, length, true);
      this.#at += 5 + length;
    }
  }

  #text(text) {
    // A code unit becomes three bytes at most; half a surrogate pair becomes U+FFFD.
    this.#reserve(5 + 3 * text.length);
    return encoder.encodeInto(text, this.#bytes.subarray(this.#at + 5)).written;
  }

  #raw(bytes) {
    this.#reserve(5 + bytes.length);
    this.#bytes.set(bytes, this.#at + 5);
    return bytes.length;
  }

  finish() {
    return this.#bytes.subarray(0, this.#at);
  }

  #reserve(bytes) {
    if (this.#at + bytes > this.#bytes.length) this.#grow(2 * (this.#at + bytes));
  }

  #grow(bytes) {
    const old = this.#bytes;
    const fits = bytes <= KEPT_BYTES;
    this.#bytes = fits ? kept : new Uint8Array(bytes);
    this.#view = fits ? keptView : new DataView(this.#bytes.buffer);
    if (old) this.#bytes.set(old.subarray(0, this.#at));
  }
}

function tooLarge() {
  return new StartPointsError(`the input is larger than ${MAX_BYTES} bytes`, { code: "too-large" });
}
