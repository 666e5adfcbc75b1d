/** The list of what was found: a click goes to the place, buttons fix, rule pages open in place. */

import { button, fill, h, icon, ICONS } from "../ui/dom";
import { inline, markdown } from "../ui/markdown";
import type { Finding, Fix, Severity, Verdict } from "../engine/findings";

export interface Actions {
  go(finding: Finding): void;
  fix(fix: Fix): void;
  fixAll(): void;
  explain(rule: string): Promise<string>;
}

const LOOKS: Readonly<Record<Severity, { word: string; path: string }>> = {
  error: { word: "Error", path: ICONS.cross },
  warning: { word: "Warning", path: ICONS.warn },
  info: { word: "Note", path: ICONS.info },
};

/** More would only make the page slow; the count says how many there are. */
const SHOWN = 200;

export function createProblems(actions: Actions) {
  const title = h("h2", { id: "problems-title", tabindex: -1 }, "Problems");
  const summary = h("span", { class: "row", role: "status", "aria-live": "polite" });
  const fixAll = button("Fix all safe ones", actions.fixAll, ICONS.wand, "button tiny");
  const list = h("ol", { class: "problems" });
  const foot = h("p", { class: "soft small timing" });
  const element = h(
    "section",
    { class: "card", "aria-labelledby": "problems-title" },
    h("div", { class: "head" }, title, summary, fixAll),
    list,
    foot,
  );
  const opened = new Set<string>();
  let before = "";

  function item(finding: Finding, open: string): HTMLLIElement {
    const { severity, rule, message, place, path, hint, fixes } = finding;
    const line = place ? `line ${place.line}:${place.column}` : "whole file";
    const where = path === open ? line : `${path}, ${line}`;
    const key = `${path} ${rule} ${finding.pointer}`;
    const look = LOOKS[severity];
    return h(
      "li",
      { class: `problem ${severity}` },
      h(
        "button",
        { type: "button", class: "go", onclick: () => actions.go(finding) },
        icon(look.path),
        h(
          "span",
          { class: "wrap" },
          h("span", { class: "hush" }, `${look.word}: `),
          ...inline(message),
          " ",
          h("span", { class: "where" }, where),
        ),
      ),
      hint !== null && h("p", { class: "hint wrap" }, ...inline(hint)),
      h(
        "div",
        { class: "row fix" },
        ...fixes.map((fix) => fixButton(fix)),
        about(rule, opened.has(key), (open) => void (open ? opened.add(key) : opened.delete(key))),
      ),
    );
  }

  function fixButton(fix: Fix): HTMLButtonElement {
    const label = `${fix.title[0]?.toUpperCase() ?? ""}${fix.title.slice(1).replaceAll("`", "")}${fix.safe ? "" : " (look first)"}`;
    return button(label, () => actions.fix(fix), ICONS.wand, "button tiny");
  }

  function about(rule: string, open: boolean, toggled: (open: boolean) => void): HTMLDetailsElement {
    const page = h("div");
    const details = h(
      "details",
      { class: "about-rule", open },
      h("summary", {}, h("span", { class: "hush" }, "About "), h("code", {}, rule)),
      page,
    );
    const load = async (): Promise<void> => {
      if (details.open && !page.hasChildNodes())
        fill(page, markdown((await actions.explain(rule)).replace(/^# .*\n/, "")));
    };
    details.addEventListener("toggle", () => {
      toggled(details.open);
      void load();
    });
    void load();
    return details;
  }

  return {
    element,
    focus: () => title.focus(),
    /** Places in the open file are shown without its name. */
    show(verdict: Verdict, open: string): void {
      const { findings, errors, warnings, milliseconds, manifests } = verdict;
      const what = manifests === 1 ? "1 manifest" : `${manifests} manifests`;
      foot.textContent = `${what} checked in ${milliseconds < 0.95 ? milliseconds.toFixed(2) : milliseconds.toFixed(1)} ms`;
      // Nothing is rebuilt while the findings stay: focus and open pages stay too.
      const now = JSON.stringify([findings, open]);
      if (now === before) return;
      before = now;
      const notes = findings.length - errors - warnings;
      fill(
        summary,
        errors + warnings + notes === 0 && h("span", { class: "badge good" }, icon(ICONS.check), "All good"),
        errors > 0 && h("span", { class: "badge error" }, count(errors, "error")),
        warnings > 0 && h("span", { class: "badge warning" }, count(warnings, "warning")),
        notes > 0 && h("span", { class: "badge info" }, count(notes, "note")),
      );
      fixAll.hidden = !findings.some(({ fixes }) => fixes.some(({ safe }) => safe));
      const rest = findings.length - SHOWN;
      fill(
        list,
        ...findings.slice(0, SHOWN).map((finding) => item(finding, open)),
        findings.length === 0 && h("li", { class: "good-news" }, "Nothing to fix. This start-point can be served."),
        rest > 0 && h("li", { class: "good-news" }, `and ${rest} more`),
      );
    },
  };
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
