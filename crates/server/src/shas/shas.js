// Searches and sorts without loading the page again. Without this script, both load it.
"use strict";

const table = document.querySelector("table.shas");
const find = document.querySelector("#q");
const counted = document.querySelector("#counted");
const here = new URL(location.href);

if (table && find && counted) {
  const body = table.tBodies[0];
  // An earlier search left rows out: an empty search has to load them.
  const isWhole = !here.searchParams.get("q");
  const rows = [...body.rows];
  const text = new Map(rows.map((row) => [row, row.dataset.text]));

  if (isWhole) {
    find.addEventListener("input", filter);
    find.form.addEventListener("submit", (event) => {
      event.preventDefault();
      filter();
    });
    if (find.value) filter();
  }

  for (const link of table.querySelectorAll(".sort")) {
    const { key } = link.dataset;
    // Only the server compares versions.
    if (key === "tag") continue;
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      sort(link, key);
    });
  }

  function filter() {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      row.hidden = !words.every((word) => text.get(row).includes(word));
      if (!row.hidden) shown += 1;
    }
    const noun = `${table.dataset.noun}${rows.length === 1 ? "" : "s"}`;
    counted.textContent = shown === rows.length ? `${shown} ${noun}` : `${shown} of ${rows.length} ${noun}`;
    remember("q", find.value.trim());
  }

  function sort(link, key) {
    const header = link.closest("th");
    const backwards = header.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", backwards ? "descending" : "ascending");
    const rank = (row) => Number(row.dataset[key]);
    const sign = backwards ? -1 : 1;
    rows.sort((a, b) => sign * (rank(a) - rank(b)) || Number(a.dataset.ltf) - Number(b.dataset.ltf));
    // A row may omit its language only next to one of the same language.
    for (const row of rows) row.classList.remove("further");
    body.append(...rows);
    remember("sort", `${backwards ? "-" : ""}${key}`);
  }

  function remember(name, value) {
    if (value) here.searchParams.set(name, value);
    else here.searchParams.delete(name);
    history.replaceState(null, "", here);
  }
}
