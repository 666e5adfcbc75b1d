/** One language + test framework may be offered in several versions: they are found, and stand side by side. */

import { engine } from "../engine/engine";
import { fill, h } from "../ui/dom";
import { textOf, type StartPoint } from "./catalogue";

export interface Group {
  /** The name without versions. */
  readonly name: string;
  readonly points: readonly StartPoint[];
}

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** The engine's name for each start-point alone drops the versions; those of one name belong together. */
export async function grouped(points: readonly StartPoint[]): Promise<Group[]> {
  const { catalogueNames } = await engine();
  const groups = new Map<string, StartPoint[]>();
  for (const point of points) {
    const name =
      catalogueNames([{ ...point.manifest, display_name: textOf(point.manifest, "display_name") }]).names[0] ||
      point.name;
    groups.set(name, [...(groups.get(name) ?? []), point]);
  }
  return [...groups].map(([name, members]) => ({ name, points: newestFirst(members) }));
}

function newestFirst(points: readonly StartPoint[]): StartPoint[] {
  return [...points].sort((a, b) => collator.compare(version(b), version(a)));
}

function version({ manifest, name }: StartPoint): string {
  const second = (key: string): string => {
    const pair = manifest[key];
    return Array.isArray(pair) && typeof pair[1] === "string" ? pair[1] : "";
  };
  return [second("language"), second("test_framework")].filter(Boolean).join(" with ") || name;
}

/** Radio cards, one a version; nothing where there is only one. */
export function createVersions(picked: (name: string) => void) {
  const cards = h("div", { class: "versions" });
  const element = h("fieldset", { class: "version-set" }, h("legend", { class: "small soft" }, "Version"), cards);
  element.hidden = true;
  return {
    element,
    show(group: Group | undefined, chosen: string): void {
      element.hidden = !group || group.points.length < 2;
      if (!group || element.hidden) return;
      fill(
        cards,
        ...group.points.map((point) => {
          const radio = h("input", {
            type: "radio",
            name: "version",
            value: point.name,
            onchange: () => picked(point.name),
          });
          radio.checked = point.name === chosen;
          const sha = textOf(point.manifest, "sha").slice(0, 7);
          const image = textOf(point.manifest, "image_name");
          const url = textOf(point.manifest, "url");
          return h(
            "label",
            { class: "version" },
            radio,
            h(
              "span",
              { class: "wrap" },
              h("strong", {}, version(point)),
              h("span", { class: "mono soft wrap" }, image),
              sha && !image.endsWith(`:${sha}`) && h("span", { class: "small soft" }, `commit ${sha}`),
              url && h("span", { class: "small soft wrap" }, url),
            ),
          );
        }),
      );
    },
  };
}
