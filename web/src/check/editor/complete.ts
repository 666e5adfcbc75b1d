/** Completion and hover from the schema of the kind and dialect that are chosen. */

import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { hoverTooltip, type Tooltip } from "@codemirror/view";
import type { EditorView } from "@codemirror/view";
import { h } from "../../ui/dom";
import { placeAt } from "./place";
import { keysOf, schemaFor, typeOf, valuesOf, type Property, type Schema } from "./schema";

/** What completion needs to know, as it is at the moment. */
export interface Surroundings {
  kind(): string;
  dialect(): string;
  path(): string;
  /** Names of the files beside the manifest; none where they are not known. */
  files(): readonly string[];
}

const NAMES_FILES = ["visible_filenames", "highlight_filenames", "rag_lambda"];

export function completions(around: Surroundings) {
  return (context: CompletionContext): CompletionResult | null => {
    const place = placeAt(context.state, context.pos);
    if (!place || (place.from === context.pos && !context.explicit)) return null;
    const { from, to } = place;
    const schema = schemaAround(around);
    if (place.in === "key") {
      const isNew = !/^\s*:/.test(context.state.sliceDoc(to, to + 20));
      const options = keysOf(schema)
        .filter(([key]) => !place.siblings.includes(key))
        .map(([key, property]) => keyOption(key, property, schema, isNew));
      return { from, to, options, filter: true };
    }
    const property = schema.properties[place.key];
    if (!property) return null;
    const names = NAMES_FILES.includes(place.key) ? around.files() : [];
    const examples = valuesOf(property).flatMap((value) =>
      place.in === "entry" && Array.isArray(value) ? value : [value],
    );
    const values =
      names.length > 0 ? names : place.in === "entry" ? examples.filter((value) => !Array.isArray(value)) : examples;
    const fresh = values.filter((value) => !place.siblings.includes(String(value)));
    const options = [...new Set(fresh.map((value) => JSON.stringify(value)))].map((label): Completion => ({
      label,
      type: "constant",
      detail: names.length > 0 ? "file" : "example",
    }));
    return { from, to, options };
  };
}

function schemaAround(around: Surroundings): Schema {
  return schemaFor(around.kind(), around.dialect(), around.path());
}

function keyOption(key: string, property: Property, schema: Schema, isNew: boolean): Completion {
  const label = JSON.stringify(key);
  return {
    label,
    apply: isNew ? `${label}: ` : label,
    type: "property",
    detail: schema.required.includes(key) ? "required" : typeOf(property),
    boost: schema.required.includes(key) ? 1 : 0,
    info: () => about(key, property, schema),
  };
}

export function schemaHover(around: Surroundings) {
  return hoverTooltip((view: EditorView, at: number): Tooltip | null => {
    const place = placeAt(view.state, at) ?? placeAt(view.state, at + 1);
    const schema = schemaAround(around);
    const property = place && schema.properties[place.key];
    if (!place || !property || place.in !== "key") return null;
    return { pos: place.from, end: place.to, create: () => ({ dom: about(place.key, property, schema) }) };
  });
}

function about(key: string, property: Property, schema: Schema): HTMLElement {
  const examples = valuesOf(property)
    .slice(0, 3)
    .map((value) => JSON.stringify(value));
  return h(
    "div",
    { class: "about" },
    h("strong", {}, property.title ?? key),
    h("span", { class: "about-type" }, ` ${schema.required.includes(key) ? "required, " : ""}${typeOf(property)}`),
    h("p", {}, property.description ?? ""),
    examples.length > 0 && h("p", {}, "For example ", h("code", {}, examples.join("   "))),
  );
}
