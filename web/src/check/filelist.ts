/** The files of a start-point, each with how much was found in it. */

import { fill, h, icon, ICONS } from "../ui/dom";
import type { Finding } from "../engine/findings";
import type { Files } from "./intake";

const SHOWN = 300;

export function createFileList(open: (path: string) => void, close: () => void) {
  const list = h("ul", { class: "file-list" });
  const title = h("h2", { id: "files-title" }, "Files");
  const leave = h("button", { type: "button", class: "button tiny", onclick: close }, "Close folder");
  const element = h(
    "section",
    { class: "card", "aria-labelledby": "files-title", hidden: true },
    h("div", { class: "head" }, title, leave),
    list,
  );
  return {
    element,
    show(files: Files | null, current: string, findings: readonly Finding[]): void {
      element.hidden = files === null;
      if (!files) return;
      const found = new Map<string, { total: number; errors: number }>();
      for (const { path, severity } of findings) {
        const { total, errors } = found.get(path) ?? { total: 0, errors: 0 };
        found.set(path, { total: total + 1, errors: errors + (severity === "error" ? 1 : 0) });
      }
      const paths = [...files.keys()].sort();
      // Faulty files are never among those left out.
      const kept = paths.length > SHOWN ? paths.filter((path, index) => index < SHOWN || found.has(path)) : paths;
      fill(
        list,
        ...kept.map((path) => {
          const here = found.get(path);
          return h(
            "li",
            {},
            h(
              "button",
              {
                type: "button",
                class: "file-row",
                "aria-current": path === current ? "true" : null,
                onclick: () => open(path),
              },
              icon(ICONS.file),
              h("span", { class: "wrap mono" }, path),
              here &&
                h(
                  "span",
                  { class: `badge ${here.errors > 0 ? "error" : "warning"}` },
                  String(here.total),
                  h("span", { class: "hush" }, " found"),
                ),
            ),
          );
        }),
        kept.length < paths.length && h("li", { class: "soft small" }, `and ${paths.length - kept.length} more`),
      );
    },
  };
}
