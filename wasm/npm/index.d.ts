/**
 * Parse, check, resolve and mix cyber-dojo start-points.
 *
 * Call {@link init} once; everything else is synchronous. Whatever is wrong with the *input of a call* is thrown as a
 * {@link StartPointsError}; whatever is wrong with a *start-point* is in the {@link Report}.
 */

/** What a start-point is for. */
export type Kind = "languages" | "exercises" | "custom";
/** Where the image name of a languages start-point comes from: docker/image_name.json, or the manifest. */
export type Dialect = "auto" | "derived" | "pinned";
export type Severity = "error" | "warning" | "info";
export type Level = "off" | Severity;

/** A text, as a string or as its bytes. Bytes need not be UTF-8. */
export type Content = string | ArrayBuffer | ArrayBufferView;
/** A file: its content, or its size in bytes, or its kind if it is not a regular file. */
export type File = Content | { size: number } | { other: "folder" | "escaping-link" | "special" | "unreadable" | "submodule" };
/** Values by name: a plain object, a `Map`, or pairs. */
export type Named<T> = { readonly [name: string]: T } | Iterable<readonly [string, T]>;

// ---- loading -------------------------------------------------------------------------------------------------------

/** A `WebAssembly.Module`; the types of Node know no such thing. */
export type CompiledModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer M } } } ? M : never;
/** The engine itself. */
export type EngineBytes = ArrayBuffer | ArrayBufferView | CompiledModule;
/** Where the engine is: a URL, a response, bytes, or a compiled module. */
export type EngineSource = string | URL | Request | Response | EngineBytes;

/**
 * Loads the engine; calling it again does nothing. Without input it is `start_points_bg.wasm` of this package, which
 * bundlers copy and Node reads itself.
 *
 * @throws {StartPointsError} `not-loaded`; it can be tried again.
 */
export function init(source?: EngineSource | Promise<EngineSource>): Promise<void>;
/** Loads the engine from its bytes or its compiled module, at once. */
export function initSync(source: EngineBytes): void;

// ---- errors --------------------------------------------------------------------------------------------------------

/** A place in a text that was given, in bytes of its UTF-8, and in UTF-16 code units. */
export interface TextSpan {
  start: number;
  end: number;
  utf16: Utf16Range;
}

/** What every function here throws. After it the engine works as before. */
export class StartPointsError extends Error {
  private constructor();
  readonly name: "StartPointsError";
  /**
   * Which error: `not-loaded`, `invalid-input` (the wrong type, an unknown option, a getter that threw), `too-large`,
   * `unknown-word`, `unknown-rule`, `unknown-level`, `invalid-json`, `not-resolved`, `no-image-name`, `malformed`,
   * `no-commit`, `bad-commit`, `tag-mismatch`, `duplicate-display-name`, `bad-edit`, `engine-stopped`; of a source URL
   * or an image name the kind of its fault, as `unsupported-scheme` or `upper-case`.
   */
  readonly code: string;
  /** Where in the text that was given. */
  readonly span: TextSpan | null;
  /** How to put it right. */
  readonly hint: string | null;
  /** What was thrown underneath, where something was. */
  readonly cause?: unknown;
}

// ---- the report ----------------------------------------------------------------------------------------------------

/** A range of UTF-16 code units: indexes into the JavaScript string. */
export interface Utf16Range {
  from: number;
  to: number;
}

/** The same range, with its columns: UTF-16 code units from 1. Lines are those of the span. */
export interface Utf16Span extends Utf16Range {
  startColumn: number;
  endColumn: number;
}

/** Line and column from 1, columns in characters (Unicode code points); offset in bytes from 0. */
export interface Position {
  line: number;
  column: number;
  offset: number;
}

export interface Span {
  start: Position;
  end: Position;
  /** For editors. A byte-order mark counts; bytes that are not UTF-8 count as the characters that replace them. */
  utf16: Utf16Span;
}

/** Another place that belongs to a fault. */
export interface Related {
  path: string;
  span: Span | null;
  message: string;
}

/** Replace the bytes `start..end` of the file with the text. A file that is not there is created. */
export interface Edit {
  path: string;
  start: number;
  end: number;
  text: string;
  /** The same range for editors. */
  utf16: Utf16Range;
}

/** A ready change; {@link applyFix} makes it. */
export interface Fix {
  title: string;
  /** Whether it keeps the meaning, so that it may be made without a look. */
  safe: boolean;
  edits: Edit[];
}

export interface Diagnostic {
  /** The rule's id, as {@link explain} takes it. */
  rule: string;
  severity: Severity;
  /** The fault in one line, clear alone, with values in backticks. */
  message: string;
  path: string;
  /** RFC 6901 pointer into the manifest; `""` for the whole. */
  pointer: string;
  /** `null` where the fault is the file as a whole. */
  span: Span | null;
  related: Related[];
  hint: string | null;
  /** Each alone fixes the fault. */
  fixes: Fix[];
  /** The values that the message speaks of. */
  data: Record<string, unknown>;
}

/** Every fault, ordered by path, then place, then rule. */
export interface Report {
  version: 1;
  diagnostics: Diagnostic[];
  summary: { manifests: number; errors: number; warnings: number };
}

// ---- checking ------------------------------------------------------------------------------------------------------

/** How start-points are judged. */
export interface Judged {
  /** Without it: from where the manifest lies, else from what it says. */
  kind?: Kind | null;
  /** `auto` without it: a languages manifest that names its image is pinned, any other is derived. */
  dialect?: Dialect | null;
  /** The git tag that the source URL names, where it names one. */
  tag?: string | null;
  /** Rule levels, by rule id. */
  levels?: Named<Level> | null;
}

/** What matters of a repository's `docker/` folder. */
export interface Docker {
  /** Where it lies; `docker` without it. */
  path?: string;
  image_name?: Content | null;
  dockerfile?: Content | null;
  dockerfile_base?: Content | null;
}

export interface ManifestInput extends Judged {
  /** The text of manifest.json. */
  manifest: Content;
  /** The path that the report names; `manifest.json` without it. */
  path?: string;
  /** The files beside the manifest, by name. Without it nothing is known of them and no rule speaks of them. */
  files?: Named<File> | null;
  /** The docker folder of a languages repository; without it no rule speaks of it. */
  docker?: Docker | null;
}

/** Checks one manifest. */
export function check(input: ManifestInput): Report;
/** The same report as the command's `--format=json` writes it, byte for byte: without `utf16`, with a newline. */
export function checkJson(input: ManifestInput): string;

/** Checks every manifest and docker folder of a tree: files by path from its top, with forward slashes. */
export function checkTree(files: Named<File>, options?: Judged): Report;
export function checkTreeJson(files: Named<File>, options?: Judged): string;

/** A start-point of a catalogue; the path is what the report names. */
export interface Listed {
  display_name: string;
  path: string;
}

/** Checks the display names of start-points of one kind that are offered together. */
export function checkCatalogue(startPoints: readonly Listed[]): Report;
export function checkCatalogueJson(startPoints: readonly Listed[]): string;

/**
 * The text after a fix. Only the bytes that it names change; bytes in, bytes out.
 *
 * @param path of this text: edits of other files are left out. Needed where a fix changes several files.
 */
export function applyFix(text: string, fix: Pick<Fix, "edits">, path?: string): string;
export function applyFix(bytes: Exclude<Content, string>, fix: Pick<Fix, "edits">, path?: string): Uint8Array;
/** The text after several fixes of one report; one that touches bytes that an earlier one changes is left out. */
export function applyFixes(text: string, fixes: readonly Pick<Fix, "edits">[], path?: string): string;
export function applyFixes(
  bytes: Exclude<Content, string>,
  fixes: readonly Pick<Fix, "edits">[],
  path?: string,
): Uint8Array;

// ---- source URLs and image names -----------------------------------------------------------------------------------

export interface RepoUrl {
  /** The canonical spelling: `<repo>[?tag=<tag>]`, with `****` in the place of secrets. */
  url: string;
  scheme: "https" | "http" | "ssh" | "scp" | "file" | "local";
  host: string | null;
  /** The repository without the tag. */
  repo: string;
  /** The tip of the default branch, a commit or its beginning, or a git tag. */
  tag: { kind: "head"; name: null } | { kind: "commit" | "named"; name: string };
  /** Whether the repository is on this machine. */
  local: boolean;
  /** Whether anything is hidden in `url`. */
  has_credentials: boolean;
  /** Equal for two URLs that very likely mean the same. */
  identity: string;
}

/** Reads a source URL, in the older spelling `<sha7>@<repo>` too. */
export function parseUrl(url: string): RepoUrl;
/** Any text as it may be shown where a source URL was expected: secrets replaced even if it cannot be read. */
export function redactUrl(url: string): string;

export interface ImageName {
  name: string;
  registry: string | null;
  path: string;
  tag: string | null;
  digest: string | null;
  name_without_tag: string;
  /** Whether tomorrow it may mean another image. */
  floating: boolean;
  /** The full spelling: `docker.io/library/ruby:latest`. */
  canonical: string;
  /** The shortest spelling of the same name. */
  familiar: string;
}

/** Reads a docker image's name. */
export function parseImageName(name: string): ImageName;

// ---- resolving and mixing ------------------------------------------------------------------------------------------

/** A manifest as a service answers it. */
export interface ResolvedManifest {
  display_name: string;
  visible_files: Record<string, { content: string }>;
  /** With its tag; exercises have none. */
  image_name?: string;
  filename_extension?: string[];
  url?: string;
  sha?: string;
  /** The exercise's display name, in a practice session. */
  exercise?: string;
  [key: string]: unknown;
}

export interface ResolveInput extends Judged {
  /** The text of manifest.json, or the object that it holds. */
  manifest: Content | object;
  path?: string;
  /** The files that the manifest names, with their contents. */
  files?: Named<File> | null;
  /** `image_name` of docker/image_name.json. */
  docker_image_name?: string | null;
  /** Where the start-point came from; the image tag is made from the commit. */
  source?: { url: string; sha: string } | null;
}

/** Resolves a manifest that {@link check} passes: contents for names, one tagged image name. */
export function resolve(input: ResolveInput): ResolvedManifest;
export function resolveJson(input: ResolveInput): string;

/** The practice session of a resolved languages start-point with a resolved exercise, or of a start-point alone. */
export function mix(
  language: ResolvedManifest | Content,
  exercise?: Pick<ResolvedManifest, "display_name" | "visible_files"> | Content | null,
): ResolvedManifest;
export function mixJson(
  language: ResolvedManifest | Content,
  exercise?: Pick<ResolvedManifest, "display_name" | "visible_files"> | Content | null,
): string;

/**
 * The names under which a catalogue offers its start-points: of each in the order given, and as a service lists them.
 *
 * @throws {StartPointsError} `duplicate-display-name`
 */
export function catalogueNames(
  manifests: readonly { display_name: string; language?: unknown; test_framework?: unknown }[],
): { names: string[]; sorted: string[] };

// ---- the rules -----------------------------------------------------------------------------------------------------

export interface Rule {
  id: string;
  severity: Severity;
  /** The fault in one line. */
  summary: string;
  /** The version that brought it. */
  since: string;
}

/** Every rule, in the order of the docs. */
export function rules(): Rule[];
/**
 * A rule with its page, in Markdown. The pages are a file of their own, loaded by the first call.
 *
 * @throws {StartPointsError} `unknown-rule`, with the nearest name in its hint.
 */
export function explain(rule: string): Promise<Rule & { doc: string }>;
/** The version of the engine. */
export function version(): string;
