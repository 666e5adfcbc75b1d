/** What the JSON Schemas say of a manifest's keys; for completion and hover only, never to judge. */

import customSchema from "start-points/schemas/custom.schema.json";
import exercisesSchema from "start-points/schemas/exercises.schema.json";
import derivedSchema from "start-points/schemas/languages.derived.schema.json";
import pinnedSchema from "start-points/schemas/languages.pinned.schema.json";

export interface Property {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly not?: unknown;
}

export interface Schema {
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, Property>>;
}

const SCHEMAS: Readonly<Record<string, unknown>> = {
  "languages derived": derivedSchema,
  "languages pinned": pinnedSchema,
  exercises: exercisesSchema,
  custom: customSchema,
};

/** Where the kind is found from the place, a likely one is enough: this only offers keys. */
export function schemaFor(kind: string, dialect: string, path: string): Schema {
  const likely = /(^|\/)start-points\/[^/]+\/[^/]+$/.test(path)
    ? "exercises"
    : /(^|\/)start-points\//.test(path)
      ? "custom"
      : "languages";
  const name = kind === "auto" ? likely : kind;
  // Where the manifest decides, every key of either dialect is known.
  const either = dialect === "auto" ? "pinned" : dialect;
  return (SCHEMAS[name] ?? SCHEMAS[`languages ${either}`] ?? derivedSchema) as unknown as Schema;
}

/** The keys a manifest of this kind may have. */
export function keysOf(schema: Schema): [string, Property][] {
  return Object.entries(schema.properties).filter(([, property]) => property.not === undefined);
}

/** Values worth offering: examples, then the default, each once. */
export function valuesOf(property: Property): unknown[] {
  const all = [...(property.examples ?? []), ...(property.default === undefined ? [] : [property.default])];
  return all.filter(
    (value, index) => all.findIndex((other) => JSON.stringify(other) === JSON.stringify(value)) === index,
  );
}

export function typeOf(property: Property): string {
  const types = typeof property.type === "string" ? [property.type] : (property.type ?? []);
  const range = property.minimum === undefined ? "" : ` ${property.minimum} to ${property.maximum ?? "…"}`;
  return types.join(" or ") + range;
}
