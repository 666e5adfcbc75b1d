/** A searchable list to pick one of: radio buttons, so that keys and screen readers work as everywhere. */

import { fill, h, icon, ICONS } from "../ui/dom";

export interface Item {
  readonly value: string;
  readonly label: string;
  readonly note?: string;
  /** Stays at the top and is not sorted. */
  readonly first?: boolean;
}

export interface Picker {
  readonly element: HTMLElement;
  set(items: readonly Item[], chosen: string): void;
}

const collator = new Intl.Collator("en", { sensitivity: "base", numeric: true });

/** Sorted without regard to case. */
export function sorted(items: readonly Item[]): Item[] {
  return [...items].sort(
    (a, b) => Number(b.first ?? false) - Number(a.first ?? false) || collator.compare(a.label, b.label),
  );
}

export function createPicker(name: string, title: string, step: string, picked: (value: string) => void): Picker {
  const list = h("ul", { class: "choices" });
  const count = h("span", { class: "soft small", role: "status", "aria-live": "polite" });
  const search = h("input", {
    type: "search",
    placeholder: "Search",
    "aria-label": `Search: ${title}`,
    autocomplete: "off",
    spellcheck: "false",
    oninput: () => filter(),
    onkeydown: (event: KeyboardEvent) => enter(event),
  });
  const head = h(
    "div",
    { class: "head" },
    h("h2", { id: `${name}-title` }, h("span", { class: "step", "aria-hidden": "true" }, step), title),
    count,
  );
  const group = h("div", { role: "radiogroup", "aria-labelledby": `${name}-title` }, list);
  const element = h(
    "section",
    { class: "card picker", "aria-labelledby": `${name}-title` },
    head,
    h("div", { class: "search" }, icon(ICONS.search), search),
    group,
  );

  let rows: { item: Item; row: HTMLLIElement; radio: HTMLInputElement }[] = [];

  function filter(): void {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { item, row } of rows) {
      const text = `${item.label} ${item.note ?? ""}`.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown += 1;
    }
    count.textContent = words.length > 0 ? `${shown} of ${rows.length}` : `${rows.length}`;
  }

  // Enter or the down arrow goes from the search to the first hit.
  function enter(event: KeyboardEvent): void {
    if (event.key !== "Enter" && event.key !== "ArrowDown") return;
    const hit = rows.find(({ row }) => !row.hidden);
    if (!hit) return;
    event.preventDefault();
    hit.radio.focus();
    if (event.key === "Enter") hit.radio.click();
  }

  return {
    element,
    set(items, chosen) {
      rows = sorted(items).map((item) => {
        const radio = h("input", { type: "radio", name, value: item.value, onchange: () => picked(item.value) });
        radio.checked = item.value === chosen;
        const label = h(
          "label",
          { class: "choice" },
          radio,
          h("span", { class: "wrap" }, item.label),
          item.note ? h("span", { class: "badge" }, item.note) : null,
        );
        return { item, radio, row: h("li", {}, label) };
      });
      fill(list, ...rows.map(({ row }) => row));
      filter();
      const current = rows.find(({ radio }) => radio.checked);
      // Only the list may scroll, not the page.
      if (!current) return;
      const at = current.row.offsetTop - list.offsetTop;
      if (at < list.scrollTop || at + current.row.offsetHeight > list.scrollTop + list.clientHeight)
        list.scrollTop = at - 60;
    },
  };
}
