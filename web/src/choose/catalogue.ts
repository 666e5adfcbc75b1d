/** Start-points to choose from: what services answer to `/manifests`, or a file that holds those answers. */

export const KINDS = ["languages", "exercises", "custom"] as const;
export type Kind = (typeof KINDS)[number];

/** A resolved manifest as served. Foreign data: only the engine judges it. */
export type Manifest = Readonly<Record<string, unknown>>;

export interface StartPoint {
  /** The name in its catalogue. */
  readonly name: string;
  readonly manifest: Manifest;
}

export interface Catalogue {
  /** Where it came from, for people. */
  readonly from: string;
  readonly kinds: Readonly<Record<Kind, readonly StartPoint[]>>;
}

/** What went wrong with a catalogue, for people. */
export class CatalogueError extends Error {}

const MAX_BYTES = 32 * 1024 * 1024;

/** `{"languages": {"manifests": {…}}, …}`; a kind may be missing. */
export function fromAnswers(answers: unknown, from: string): Catalogue {
  if (!isObject(answers)) throw new CatalogueError("That is not a catalogue; expected an object");
  const kinds = {
    languages: startPoints(answers["languages"], "languages"),
    exercises: startPoints(answers["exercises"], "exercises"),
    custom: startPoints(answers["custom"], "custom"),
  };
  if (KINDS.every((kind) => kinds[kind].length === 0)) {
    throw new CatalogueError(
      "That catalogue is empty: it has no `languages`, `exercises` or `custom` with `manifests`",
    );
  }
  return { from, kinds };
}

function startPoints(answer: unknown, kind: Kind): StartPoint[] {
  if (answer === undefined) return [];
  const manifests = isObject(answer) ? answer["manifests"] : undefined;
  if (!isObject(manifests)) throw new CatalogueError(`\`${kind}\` has no \`manifests\``);
  return Object.entries(manifests)
    .filter((entry): entry is [string, Record<string, unknown>] => isObject(entry[1]))
    .map(([name, manifest]) => ({ name, manifest }));
}

export async function fromFile(file: File): Promise<Catalogue> {
  if (file.size > MAX_BYTES) throw new CatalogueError("That file is too large for a catalogue");
  return fromAnswers(parsed(await file.text()), file.name);
}

/** Asks each service that is named for its manifests. */
export async function fromServices(urls: Readonly<Partial<Record<Kind, string>>>): Promise<Catalogue> {
  const asked = KINDS.filter((kind) => urls[kind]);
  if (asked.length === 0) throw new CatalogueError("Enter the address of at least one service");
  const answers = await Promise.all(asked.map(async (kind) => [kind, await manifestsOf(urls[kind] ?? "")] as const));
  const hosts = asked.map((kind) => new URL(urls[kind] ?? "").host);
  return fromAnswers(Object.fromEntries(answers), [...new Set(hosts)].join(", "));
}

async function manifestsOf(url: string): Promise<unknown> {
  let answer: Response;
  let text: string;
  try {
    const address = new URL(`${url.replace(/\/+$/, "")}/manifests`);
    answer = await fetch(address, { credentials: "omit", signal: AbortSignal.timeout(15_000) });
    text = await limited(answer);
  } catch (error) {
    if (error instanceof CatalogueError) throw error;
    throw new CatalogueError(`No answer from ${url}: is it running, and does it allow this page to ask?`);
  }
  if (!answer.ok) throw new CatalogueError(`${url} answered with status ${answer.status}`);
  return parsed(text);
}

async function limited(answer: Response): Promise<string> {
  const reader = answer.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
    size += piece.value.length;
    if (size > MAX_BYTES) {
      await reader?.cancel();
      throw new CatalogueError("The service's answer is too large");
    }
    text += decoder.decode(piece.value, { stream: true });
  }
  return text + decoder.decode();
}

/** The service that serves this page, by the kind of its start-points; none where the page lies on a server of files. */
export function ownService(): Partial<Record<Kind, string>> {
  const said = document.querySelector<HTMLMetaElement>("meta[name=start-points-service]")?.content;
  const kind = KINDS.find((kind) => kind === said);
  return kind ? { [kind]: new URL("..", document.baseURI).href } : {};
}

export async function demo(): Promise<Catalogue> {
  const answer = await fetch(`${import.meta.env.BASE_URL}demo-catalogue.json`);
  return fromAnswers(await answer.json(), "Demo catalogue");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CatalogueError("That is not JSON");
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The visible files of a resolved manifest, readme first. */
export function visibleFiles(manifest: Manifest): { name: string; content: string }[] {
  const files = manifest["visible_files"];
  if (!isObject(files)) return [];
  const all = Object.entries(files).map(([name, file]) => {
    const content = isObject(file) ? file["content"] : undefined;
    return { name, content: typeof content === "string" ? content : "" };
  });
  const isReadme = (name: string): boolean => /^readme(\.|$)/i.test(name);
  return [...all.filter((file) => isReadme(file.name)), ...all.filter((file) => !isReadme(file.name))];
}

export function textOf(manifest: Manifest, key: string): string {
  const value = manifest[key];
  return typeof value === "string" ? value : "";
}
