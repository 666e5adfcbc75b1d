/** One row for each line: how it is read, or why it cannot be. */

import { h, icon, ICONS } from "../ui/dom";
import { inline } from "../ui/markdown";
import type { Bad, Good, Line } from "./reading";

export function row(line: Line, go: (line: number) => void): HTMLLIElement {
  const { number, outcome, sameAs } = line;
  const state = !outcome.ok ? "error" : sameAs !== null || outcome.older || outcome.hasCredentials ? "warning" : "good";
  const word = { error: "Mistake", warning: "Worth a look", good: "Good" }[state];
  const path = { error: ICONS.cross, warning: ICONS.warn, good: ICONS.check }[state];
  return h(
    "li",
    { class: `url-row ${state}` },
    h(
      "button",
      { type: "button", class: "quiet small", "aria-label": `Go to line ${number}`, onclick: () => go(number) },
      String(number),
    ),
    icon(path),
    h(
      "div",
      { class: "wrap" },
      h("span", { class: "hush" }, `${word}: `),
      ...(outcome.ok ? good(outcome, sameAs) : bad(line.shown, outcome)),
    ),
  );
}

function good(url: Good, sameAs: number | null): Node[] {
  const nodes: Node[] = [
    h("span", { class: "mono" }, url.repo),
    h(
      "span",
      { class: "row facts-row" },
      tag(url),
      url.older && h("span", { class: "badge warning" }, "older spelling"),
      sameAs !== null && h("span", { class: "badge warning" }, icon(ICONS.copies), `same as line ${sameAs}`),
      url.hasCredentials && h("span", { class: "badge warning" }, "holds a secret"),
    ),
  ];
  if (url.older && !url.hasCredentials)
    nodes.push(h("p", { class: "small soft" }, "Better written ", h("span", { class: "tick" }, url.url)));
  if (url.hasCredentials)
    nodes.push(h("p", { class: "small soft" }, "Do not share this list: a user or password is in this line."));
  return nodes;
}

function tag({ tagKind, tag: name }: Good): HTMLElement {
  if (tagKind === "head") return h("span", { class: "badge" }, "tip of the default branch");
  return h(
    "span",
    { class: "badge info" },
    tagKind === "commit" ? "commit " : "tag ",
    h("span", { class: "mono" }, name ?? ""),
  );
}

function bad(text: string, { message, hint, place }: Bad): Node[] {
  const [from, to] = place ?? [0, 0];
  const shown = to > from ? [text.slice(0, from), h("mark", {}, text.slice(from, to)), text.slice(to)] : [text];
  const nodes: Node[] = [h("span", { class: "mono" }, ...shown), h("p", { class: "fault" }, ...inline(message))];
  if (hint) nodes.push(h("p", { class: "small soft" }, ...inline(hint)));
  return nodes;
}
