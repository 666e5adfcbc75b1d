import { StartPointsError } from "./error.js";

/** An object whose keys are all known: a mistyped option would otherwise be ignored in silence. */
export function options(value, what, known) {
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value) || Array.isArray(value)) {
    throw wrong(what, "an object", value);
  }
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) {
      throw invalid(`${what} has an unknown option \`${key}\``, `known are ${known.map((key) => `\`${key}\``).join(", ")}`);
    }
  }
  return value;
}

export function text(value, what) {
  if (typeof value !== "string") throw wrong(what, "a string", value);
  return value;
}

/** A string; `undefined` and `null` are nothing. */
export function optionalText(value, what) {
  return value === undefined || value === null ? undefined : text(value, what);
}

/** A text as a string or as its bytes. */
export function content(value, what) {
  if (typeof value === "string") return value;
  const bytes = bytesOf(value);
  if (bytes === undefined) throw wrong(what, "a string or bytes", value);
  return bytes;
}

/** JSON text as it is, or an object written as such. */
export function json(value, what) {
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    return content(value, what);
  }
  const written = JSON.stringify(value);
  if (written === undefined) throw invalid(`${what} has no JSON`);
  return written;
}

export function optionalContent(value, what) {
  return value === undefined || value === null ? undefined : content(value, what);
}

export function offset(value, what) {
  if (!Number.isSafeInteger(value) || value < 0) throw wrong(what, "a count of bytes", value);
  return value;
}

/** The names and values of a plain object, a `Map`, or any iterable of pairs. */
export function entries(value, what) {
  if (value === null || typeof value !== "object") throw wrong(what, "an object or a Map", value);
  if (typeof value[Symbol.iterator] !== "function") return Object.entries(value);
  const pairs = [];
  for (const pair of value) {
    if (!Array.isArray(pair) || pair.length !== 2) throw wrong(what, "pairs of a name and a value", pair);
    pairs.push([pair[0], pair[1]]);
  }
  return pairs;
}

export function list(value, what) {
  if (!Array.isArray(value)) throw wrong(what, "an array", value);
  return value;
}

/** Adds a file to a request: its content, or `{ size }`, or `{ other }`. */
export function addFile(request, name, value) {
  request.add(text(name, "a file name"));
  if (typeof value === "string") return request.add(value);
  const bytes = bytesOf(value);
  if (bytes !== undefined) return request.add(bytes);
  const what = `the file \`${shown(name)}\``;
  const { size, other } = options(value, what, ["size", "other"]);
  if ((size === undefined) === (other === undefined)) {
    throw invalid(`${what} has neither or both of \`size\` and \`other\``);
  }
  return size === undefined
    ? request.add(undefined, text(other, `\`other\` of ${what}`))
    : request.add(offset(size, `\`size\` of ${what}`));
}

function bytesOf(value) {
  if (value instanceof Uint8Array) return value;
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return value instanceof ArrayBuffer ? new Uint8Array(value) : undefined;
}

function wrong(what, expected, value) {
  const found = value === null ? "null" : Array.isArray(value) ? "an array" : typeof value;
  return invalid(`expected ${what} to be ${expected}, found ${found}`);
}

export function invalid(message, hint = null) {
  return new StartPointsError(message, { code: "invalid-input", hint });
}

function shown(name) {
  return name.length <= 80 ? name : `${name.slice(0, 80)}…`;
}
