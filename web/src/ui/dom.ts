/** Building elements. Text becomes text nodes and nothing here parses HTML, so foreign text stays text. */

export type Child = Node | string | null | undefined | false;
type Handler = (event: never) => void;
export type Props = Readonly<Record<string, string | number | boolean | Handler | null | undefined>>;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...kept(children));
  return element;
}

/** Replaces what an element holds. */
export function fill(parent: Element | ShadowRoot, ...children: Child[]): void {
  parent.replaceChildren(...kept(children));
}

function kept(children: Child[]): (Node | string)[] {
  return children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false);
}

const SVG = "http://www.w3.org/2000/svg";

/** An icon from path data, hidden from screen readers: the text beside it says what it means. */
export function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of [
    ["viewBox", "0 0 20 20"],
    ["class", "icon"],
    ["aria-hidden", "true"],
  ] as const) {
    svg.setAttribute(name, value);
  }
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export const ICONS = {
  copy: "M7 7V3.5h9.5V13H13M3.5 7H13v9.5H3.5z",
  download: "M10 3v9m-4-3.5 4 4 4-4M3.5 16.5h13",
  link: "M8.5 11.5a3 3 0 0 0 4.3 0l3-3a3 3 0 0 0-4.3-4.3l-1 1M11.5 8.5a3 3 0 0 0-4.3 0l-3 3a3 3 0 0 0 4.3 4.3l1-1",
  folder: "M2.5 5.5v10h15v-8h-8l-2-2z",
  file: "M5 2.5h6.5l4 4v11H5zM11 2.5V7h4.5",
  check: "m4 10.5 4 4 8-9",
  cross: "m5 5 10 10M15 5 5 15",
  warn: "M10 3 2.5 16.5h15zM10 8.5v3.5m0 2v.2",
  info: "M10 2.7a7.3 7.3 0 1 1 0 14.6 7.3 7.3 0 0 1 0-14.6M10 9v5m0-7.7v.2",
  wand: "m3 17 9-9m2-5v3m1.5-1.5h-3M17 8.500v2m1-1h-2M8.5 3v2m1-1h-2",
  search: "M8.5 3a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11m4 9.5 4.5 4.5",
  chevron: "m7 4.5 5.5 5.500L7 15.5",
  copies: "M10 3v14M3.5 4.500h4v11h-4zM12.5 4.500h4v11h-4z",
} as const;

export function button(
  label: string,
  onclick: (event: MouseEvent) => void,
  path?: string,
  kind = "button",
): HTMLButtonElement {
  return h("button", { type: "button", class: kind, onclick }, path ? icon(path) : null, h("span", {}, label));
}
