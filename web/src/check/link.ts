/** The state of the Check view in a link: packed, and unpacked within limits. */

import { Deflate, Inflate, strFromU8, strToU8 } from "fflate";
import { LIMITS, Refused } from "./limits";

export interface LinkState {
  readonly kind: string;
  readonly dialect: string;
  /** The file that is open. */
  readonly path: string;
  /** Texts by path; one alone for a manifest without its files. */
  readonly files: Readonly<Record<string, string>> | null;
  readonly text: string;
}

export function packed(state: LinkState): string {
  const pieces: Uint8Array[] = [];
  const deflate = new Deflate({ level: 9 }, (piece) => pieces.push(piece));
  deflate.push(strToU8(JSON.stringify(state)), true);
  const binary = pieces.map((piece) => strFromU8(piece, true)).join("");
  const text = btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  if (text.length > LIMITS.link) throw new Refused("Too much for a link: send the zip instead");
  return text;
}

/** Nothing where the link is damaged: a link is foreign text. */
export function unpacked(text: string): LinkState | null {
  if (text.length > LIMITS.link) return null;
  try {
    const bytes = strToU8(atob(text.replace(/-/g, "+").replace(/_/g, "/")), true);
    let json = "";
    let size = 0;
    const decoder = new TextDecoder("utf-8", { fatal: true });
    const inflate = new Inflate((piece, last) => {
      size += piece.length;
      if (size > LIMITS.linkText) throw new Refused("The link holds too much");
      json += decoder.decode(piece, { stream: !last });
    });
    for (let at = 0; at < bytes.length; at += 256) inflate.push(bytes.subarray(at, at + 256), at + 256 >= bytes.length);
    return asState(JSON.parse(json));
  } catch {
    return null;
  }
}

function asState(value: unknown): LinkState | null {
  if (typeof value !== "object" || value === null) return null;
  const { kind, dialect, path, files, text } = value as Record<string, unknown>;
  const strings = [kind, dialect, path, text].every((one) => typeof one === "string");
  if (!strings) return null;
  const isFiles =
    files === null || (typeof files === "object" && Object.values(files ?? {}).every((one) => typeof one === "string"));
  return isFiles ? (value as LinkState) : null;
}
