/**
 * May an image run: a decision over what is known of it, a policy, and the time. `docs/gate.md` of the repository says
 * what each of them is.
 *
 * It is a module of its own: call {@link init} of this entry once, whatever else was loaded.
 */
import type { Content, EngineBytes, EngineSource } from "./index.js";

export { StartPointsError } from "./index.js";

/** What is decided; the later, the stricter. `unknown`: a fact that a rule needs is missing, so the image may not run. */
export type Verdict = "allow" | "warn" | "unknown" | "deny";

/** What a policy makes of what a rule finds. */
export type GateLevel = "allow" | "warn" | "deny";

/** The rules; also the codes of their reasons. */
export type GateRule = "too-old" | "unknown-age" | "risky" | "later-tag" | "not-in-catalogue";

/** What is known of an image; what is missing or null is not known. Times are as RFC 3339 has them. */
export interface Facts {
  image: string;
  /** What the name stands for now: `sha256:` and hex digits. */
  digest?: string | null;
  created?: string | null;
  /** The tags of its repository, and when their images were made. */
  tags?: { readonly [tag: string]: string | null } | null;
  /** Whether the catalogue names it. */
  in_catalogue?: boolean | null;
}

export interface Risk {
  /** An image name in which `*` stands for any characters. */
  image: string;
  reason: string;
  date?: string | null;
}

/** What is allowed; what is missing is as by default. */
export interface Policy {
  /** Hours, days or weeks: `12h`, `365d`, `52w`. */
  max_age?: string | null;
  rules?: { readonly [rule in GateRule]?: GateLevel | null } | null;
  risks?: readonly Risk[] | null;
  /** The public key of minisign with which lists of risks are signed. */
  risks_key?: string | null;
}

interface ReasonOf<Code extends GateRule, Data, Said extends Verdict = "warn" | "deny"> {
  code: Code;
  verdict: Said;
  message: string;
  hint: string;
  data: Data;
}

/** What a rule has to say. */
export type Reason =
  | ReasonOf<"too-old", { created: string; age_seconds: number; max_age_seconds: number }>
  | ReasonOf<"unknown-age", { created: string | null }>
  | ReasonOf<"risky", { pattern: string; reason: string; date: string | null }>
  | ReasonOf<"later-tag", { tag: string; latest: string; count: number }>
  | ReasonOf<"not-in-catalogue", Record<string, never>>
  | ReasonOf<"risky", { missing: "digest" }, "unknown">
  | ReasonOf<"later-tag", { missing: "tags" }, "unknown">;

export interface Decision {
  image: string;
  /** The strictest of the reasons; `allow` without any. */
  verdict: Verdict;
  reasons: Reason[];
  now: string;
}

/** As `init` of the package; without input it is `start_points_gate_bg.wasm`. */
export function init(source?: EngineSource | Promise<EngineSource>): Promise<void>;
/** Loads the module from its bytes or its compiled module, at once. */
export function initSync(source: EngineBytes): void;

/**
 * Decides about one image.
 *
 * @param facts an object, or JSON text
 * @param policy an object or JSON text; without it the default one
 * @param now the time, as a date or as RFC 3339 has it
 * @throws {StartPointsError} where facts, policy or time cannot be read; what nothing reads is refused.
 */
export function decide(facts: Facts | Content, policy: Policy | Content | null | undefined, now: Date | string): Decision;
/** The same as JSON text: the same bytes as from every other front. */
export function decideJson(facts: Facts | Content, policy: Policy | Content | null | undefined, now: Date | string): string;
