/** Kind, dialect, and the ways to bring a start-point in and take it out. */

import { button, h, ICONS } from "../ui/dom";

export interface ToolbarActions {
  kind(value: string): void;
  dialect(value: string): void;
  take(files: File[]): void;
  example(): void;
  link(): void;
}

export function createToolbar(actions: ToolbarActions) {
  const kind = select(
    "Kind",
    [
      ["auto", "Automatic"],
      ["languages", "Languages"],
      ["exercises", "Exercises"],
      ["custom", "Custom"],
    ],
    actions.kind,
  );
  const dialect = select(
    "Image names",
    [
      ["auto", "Automatic"],
      ["derived", "Derived from docker/"],
      ["pinned", "Pinned in the manifest"],
    ],
    actions.dialect,
  );
  const folder = picker({ webkitdirectory: true }, actions.take);
  const file = picker({ accept: ".zip,.json" }, actions.take);
  const element = h(
    "div",
    { class: "toolbar" },
    h("div", { class: "row" }, kind.field, dialect.field),
    h(
      "div",
      { class: "row" },
      button("Open a folder", () => folder.click(), ICONS.folder),
      button("Open a zip or file", () => file.click(), ICONS.file),
      button("Show an example", actions.example),
      button("Copy link", actions.link, ICONS.link),
      folder,
      file,
    ),
  );
  return {
    element,
    set(kindNow: string, dialectNow: string): void {
      kind.input.value = kindNow;
      dialect.input.value = dialectNow;
    },
  };
}

function select(label: string, options: readonly (readonly [string, string])[], changed: (value: string) => void) {
  const input = h("select", {}, ...options.map(([value, text]) => h("option", { value }, text)));
  input.addEventListener("change", () => changed(input.value));
  return { input, field: h("label", { class: "field" }, label, input) };
}

// The buttons beside it are what people use; the input only opens the system's dialogue.
function picker(props: Readonly<Record<string, string | boolean>>, take: (files: File[]) => void): HTMLInputElement {
  const input = h("input", { type: "file", hidden: true, ...props });
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    input.value = "";
    if (files.length > 0) take(files);
  });
  return input;
}
