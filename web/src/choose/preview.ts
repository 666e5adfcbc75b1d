/** The visible files as tabs, readme first. */

import { fill, h } from "../ui/dom";
import { visibleFiles, type Manifest } from "./catalogue";

export interface Preview {
  readonly element: HTMLElement;
  show(manifest: Manifest, fromExercise: ReadonlySet<string>): void;
}

export function createPreview(): Preview {
  const tabs = h("div", { class: "files", role: "tablist", "aria-label": "Visible files" });
  const panel = h("pre", { class: "file", id: "file", role: "tabpanel", tabindex: 0 });
  const element = h("div", { class: "preview" }, tabs, panel);
  let open = "";

  return {
    element,
    show(manifest, fromExercise) {
      const files = visibleFiles(manifest);
      const buttons = files.map(({ name }, index) =>
        h(
          "button",
          {
            type: "button",
            role: "tab",
            id: `file-${index}`,
            "aria-controls": "file",
            onclick: () => choose(index),
            onkeydown: (event: KeyboardEvent) => move(event, index),
          },
          name,
          fromExercise.has(name) && h("span", { class: "mark" }, h("span", { class: "hush" }, " (from the exercise)")),
        ),
      );
      function move(event: KeyboardEvent, index: number): void {
        const to = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: files.length - 1 }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        const next = (to + files.length) % files.length;
        choose(next);
        buttons[next]?.focus();
      }
      function choose(index: number): void {
        const file = files[index];
        open = file?.name ?? "";
        buttons.forEach((tab, at) => {
          tab.setAttribute("aria-selected", String(at === index));
          tab.tabIndex = at === index ? 0 : -1;
        });
        panel.textContent = file ? file.content || "(an empty file)" : "There are no visible files.";
        if (file) panel.setAttribute("aria-labelledby", `file-${index}`);
        else panel.removeAttribute("aria-labelledby");
        panel.scrollTop = 0;
      }
      fill(tabs, ...buttons);
      tabs.hidden = files.length === 0;
      // The file stays open when another start-point has it too; a readme comes first otherwise.
      choose(
        Math.max(
          0,
          files.findIndex((file) => file.name === open),
        ),
      );
    },
  };
}
