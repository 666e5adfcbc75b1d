/** What the engine says of each line of a list of source URLs. */

import { engine } from "../engine/engine";

export interface Line {
  /** From 1. */
  readonly number: number;
  /** As written, secrets and all: to rewrite, never to show. */
  readonly text: string;
  readonly shown: string;
  readonly outcome: Good | Bad;
  /** The line that says the same first. */
  readonly sameAs: number | null;
}

export interface Good {
  readonly ok: true;
  readonly url: string;
  readonly repo: string;
  readonly host: string | null;
  readonly tag: string | null;
  readonly tagKind: string;
  readonly hasCredentials: boolean;
  /** Written `sha7@url`: the engine's spelling differs and says `?tag=`. */
  readonly older: boolean;
}

export interface Bad {
  readonly ok: false;
  readonly message: string;
  readonly hint: string | null;
  /** UTF-16 offsets in the text, where it may be shown as it is. */
  readonly place: readonly [number, number] | null;
}

/** A list is hundreds of lines at most; beyond this only the first are read. */
export const MAX_LINES = 5_000;

/** Empty lines and `#` comments are not URLs. */
export async function read(text: string): Promise<Line[]> {
  const { parseUrl, redactUrl } = await engine();
  const seen = new Map<string, number>();
  const lines: Line[] = [];
  for (const [index, raw] of text.split("\n").slice(0, MAX_LINES).entries()) {
    const written = raw.trim();
    if (written === "" || written.startsWith("#")) continue;
    const number = index + 1;
    const shown = redactUrl(written);
    try {
      const url = parseUrl(written);
      const before = seen.get(url.identity);
      if (before === undefined) seen.set(url.identity, number);
      const older = url.tag.name !== null && url.url.includes("?tag=") && !written.includes("?tag=");
      const outcome: Good = {
        ok: true,
        url: url.url,
        repo: url.repo,
        host: url.host,
        tag: url.tag.name,
        tagKind: url.tag.kind,
        hasCredentials: url.has_credentials,
        older,
      };
      lines.push({ number, text: written, shown, outcome, sameAs: before ?? null });
    } catch (error) {
      lines.push({ number, text: written, shown, outcome: bad(error, shown === written), sameAs: null });
    }
  }
  return lines;
}

function bad(error: unknown, isShownAsWritten: boolean): Bad {
  const { message, hint, span } = error as {
    message?: string;
    hint?: string | null;
    span?: { utf16: { from: number; to: number } } | null;
  };
  const place = span && isShownAsWritten ? ([span.utf16.from, span.utf16.to] as const) : null;
  return { ok: false, message: message ?? "that is not a source URL", hint: hint ?? null, place };
}

/** Older spellings become `?tag=`; every other line stays as it is, and so does one with a secret in it. */
export function rewritten(text: string, lines: readonly Line[]): string {
  const all = text.split("\n");
  for (const { number, text: written, outcome } of lines) {
    if (!outcome.ok || !outcome.older || outcome.hasCredentials) continue;
    all[number - 1] = (all[number - 1] ?? "").replace(written, () => outcome.url);
  }
  return all.join("\n");
}

export function withoutRepeats(text: string, lines: readonly Line[]): string {
  const repeated = new Set(lines.filter(({ sameAs }) => sameAs !== null).map(({ number }) => number));
  return text
    .split("\n")
    .filter((_, index) => !repeated.has(index + 1))
    .join("\n");
}
