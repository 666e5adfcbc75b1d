/** Where the start-points come from: at first the service that serves this page, or a demo; then a file, or services. */

import { button, fill, h, ICONS } from "../ui/dom";
import { announce } from "../ui/announce";
import {
  CatalogueError,
  demo,
  fromFile,
  fromServices,
  KINDS,
  ownService,
  type Catalogue,
  type Kind,
} from "./catalogue";

const KEY = "start-points.services";

export function createSource(loaded: (catalogue: Catalogue) => void) {
  const from = h("span", { class: "wrap" }, "Loading…");
  const problem = h("p", { class: "notice", role: "alert", hidden: true });
  const file = h("input", {
    type: "file",
    accept: ".json,application/json",
    class: "hush",
    tabindex: -1,
    "aria-hidden": "true",
  });
  file.addEventListener("change", () => {
    const [picked] = file.files ?? [];
    if (picked) void load(fromFile(picked));
    file.value = "";
  });
  const own = ownService();
  const remembered = kept();
  const inputs = Object.fromEntries(
    KINDS.map((kind) => [
      kind,
      h("input", {
        type: "url",
        name: kind,
        placeholder: "https://…",
        autocomplete: "off",
        value: remembered[kind] || (own[kind] ?? ""),
      }),
    ]),
  ) as Record<Kind, HTMLInputElement>;

  const form = h(
    "form",
    { class: "services", onsubmit: (event: SubmitEvent) => connect(event) },
    ...KINDS.map((kind) =>
      h("label", { class: "field" }, `${kind[0]?.toUpperCase() ?? ""}${kind.slice(1)} service`, inputs[kind]),
    ),
    h("div", { class: "row" }, h("button", { type: "submit", class: "button main" }, "Connect")),
  );
  const panel = h(
    "div",
    { class: "card source-panel", id: "source-panel", hidden: true },
    h(
      "p",
      { class: "soft" },
      "Enter the address of running services, open a catalogue file, or drop one anywhere on this page.",
    ),
    problem,
    form,
    h(
      "div",
      { class: "row" },
      button("Open a file", () => file.click(), ICONS.file),
      button("Use the demo", () => void load(demo())),
      file,
    ),
  );
  const toggle = h(
    "button",
    {
      type: "button",
      class: "button",
      "aria-expanded": "false",
      "aria-controls": "source-panel",
      onclick: () => open(panel.hidden === true),
    },
    h("span", { class: "soft" }, "From"),
    from,
    h("span", { class: "hush" }, " – change"),
  );

  function open(show: boolean): void {
    panel.hidden = !show;
    toggle.setAttribute("aria-expanded", String(show));
    if (show) inputs.languages.focus();
  }

  function connect(event: SubmitEvent): void {
    event.preventDefault();
    const urls = Object.fromEntries(KINDS.map((kind) => [kind, inputs[kind].value.trim()])) as Record<Kind, string>;
    keep(urls);
    void load(fromServices(urls));
  }

  // What was asked for last is what is shown, however late the others come.
  let latest: Promise<Catalogue> | null = null;

  async function load(coming: Promise<Catalogue>): Promise<void> {
    latest = coming;
    problem.hidden = true;
    try {
      const catalogue = await coming;
      if (latest !== coming) return;
      from.textContent = catalogue.from;
      if (!panel.hidden) {
        open(false);
        toggle.focus();
        announce(`Start-points from ${catalogue.from}`);
      }
      loaded(catalogue);
    } catch (error) {
      if (latest !== coming) return;
      fill(problem, error instanceof CatalogueError ? error.message : "That catalogue could not be read");
      problem.hidden = false;
      open(true);
    }
  }

  const start = () => load(Object.keys(own).length > 0 ? fromServices(own) : demo());
  return { toggle, panel, load, open: (picked: File) => load(fromFile(picked)), start };
}

function kept(): Partial<Record<Kind, string>> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Record<Kind, string>>;
  } catch {
    return {};
  }
}

function keep(urls: Record<Kind, string>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(urls));
  } catch {
    return;
  }
}
