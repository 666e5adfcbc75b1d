/** Which key or entry of the manifest a position of the editor lies in, from CodeMirror's syntax tree. */

import { syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";
import type { SyntaxNode } from "@lezer/common";

export interface Place {
  /** The key at the top of the manifest. */
  readonly key: string;
  readonly in: "key" | "value" | "entry";
  /** The string or word at the position, or the position itself. */
  readonly from: number;
  readonly to: number;
  /** Keys that are there already, or entries beside this one. */
  readonly siblings: readonly string[];
}

export function placeAt(state: EditorState, at: number): Place | null {
  const node = syntaxTree(state).resolveInner(at, -1);
  const token = isToken(node) ? node : null;
  const from = token ? token.from : at;
  const to = token ? token.to : at;
  const holder = token?.name === "PropertyName" ? token.parent : token ? token.parent : node;
  if (!holder) return null;
  if (token?.name === "PropertyName" || holder.name === "Object") {
    const object = token?.name === "PropertyName" ? holder.parent : holder;
    if (!object || !isTop(object)) return null;
    const name = token?.name === "PropertyName" ? unquoted(state, token) : "";
    const siblings = keys(state, object).filter((key) => key !== name);
    return { key: name, in: "key", from, to, siblings };
  }
  const inArray = holder.name === "Array";
  const property = inArray ? holder.parent : holder;
  if (property?.name !== "Property" || !property.parent || !isTop(property.parent)) return null;
  const name = property.getChild("PropertyName");
  if (!name || at <= name.to) return null;
  const key = unquoted(state, name);
  if (!inArray) return { key, in: "value", from, to, siblings: [] };
  const siblings = holder
    .getChildren("String")
    .filter((one) => one.from !== token?.from)
    .map((one) => unquoted(state, one));
  return { key, in: "entry", from, to, siblings };
}

function isToken(node: SyntaxNode): boolean {
  return ["PropertyName", "String", "Number", "True", "False", "Null"].includes(node.name);
}

function isTop(object: SyntaxNode): boolean {
  return object.name === "Object" && object.parent?.name === "JsonText";
}

function keys(state: EditorState, object: SyntaxNode): string[] {
  return object.getChildren("Property").flatMap((property) => {
    const name = property.getChild("PropertyName");
    return name ? [unquoted(state, name)] : [];
  });
}

function unquoted(state: EditorState, node: SyntaxNode): string {
  return state.sliceDoc(node.from, node.to).replace(/^"|"$/g, "");
}
