/** The URLs view: a list of source URLs, read as you type. */

import { announce, copyText } from "../ui/announce";
import { button, fill, h, icon, ICONS } from "../ui/dom";
import { keepState, linkTo, type View } from "../ui/router";
import { MAX_LINES, read, rewritten, withoutRepeats, type Line } from "./reading";
import { row } from "./rows";

const EXAMPLE = `# one source URL a line
384f486@https://github.com/cyber-dojo-start-points/java-junit
https://github.com/cyber-dojo-start-points/python-pytest?tag=3.7.4
git@github.com:cyber-dojo-start-points/ruby-minitest.git
https://github.com/cyber-dojo-start-points/gcc-assert?tag=latest
https://GitHub.com/cyber-dojo-start-points/gcc-assert.git
8dcd1f5@https://github.com/cyber-dojo-start-points/bash-bats
https://github.com/cyber-dojo-start-points/go-testing?tga=1.2
htps://github.com/cyber-dojo-start-points/perl-testsimple
`;

const SHOWN = 500;

export function createUrls(): View {
  let lines: Line[] = [];
  let timer = 0;
  const area = h("textarea", {
    id: "url-list",
    rows: 14,
    spellcheck: "false",
    autocapitalize: "off",
    wrap: "off",
    placeholder: "https://github.com/cyber-dojo-start-points/java-junit?tag=384f486",
  });
  area.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void show(), 60);
  });
  const summary = h("span", { class: "row", role: "status", "aria-live": "polite" });
  const list = h("ol", { class: "url-rows" });
  const rewrite = button(
    "Rewrite older spellings",
    () => change(rewritten(area.value, lines), "Rewritten"),
    ICONS.wand,
    "button main",
  );
  const repeats = button(
    "Remove repeats",
    () => change(withoutRepeats(area.value, lines), "Repeats removed"),
    ICONS.copies,
  );
  const element = h(
    "div",
    { class: "view urls" },
    h(
      "div",
      { class: "intro" },
      h(
        "div",
        {},
        h("h1", {}, "Tidy a list of source URLs"),
        h(
          "p",
          {},
          "Paste one URL a line. Each is read as the engine reads it; repeats, mistakes and older spellings are shown.",
        ),
      ),
    ),
    h(
      "div",
      { class: "urls-grid" },
      h(
        "section",
        { class: "card", "aria-labelledby": "list-title" },
        h(
          "div",
          { class: "head" },
          h("h2", { id: "list-title" }, h("label", { for: "url-list" }, "Your list")),
          h(
            "div",
            { class: "row" },
            button("Copy", () => void copyText(area.value, "List"), ICONS.copy, "button tiny"),
            button("Copy link", () => void share(), ICONS.link, "button tiny"),
          ),
        ),
        h("div", { class: "area" }, area),
        h(
          "div",
          { class: "row area-foot" },
          rewrite,
          repeats,
          button("Show an example", () => change(EXAMPLE, "Example shown")),
        ),
      ),
      h(
        "section",
        { class: "card", "aria-labelledby": "read-title" },
        h("div", { class: "head" }, h("h2", { id: "read-title" }, "As it is read"), summary),
        list,
      ),
    ),
  );

  function change(text: string, said: string): void {
    area.value = text;
    announce(said);
    void show();
  }

  async function show(): Promise<void> {
    const text = area.value;
    const found = await read(text);
    if (text !== area.value) return;
    lines = found;
    const mistakes = lines.filter(({ outcome }) => !outcome.ok).length;
    const older = lines.filter(({ outcome }) => outcome.ok && outcome.older && !outcome.hasCredentials).length;
    const same = lines.filter(({ sameAs }) => sameAs !== null).length;
    rewrite.disabled = older === 0;
    repeats.disabled = same === 0;
    fill(
      summary,
      lines.length > 0 && h("span", { class: "badge" }, plural(lines.length, "URL")),
      mistakes > 0 && h("span", { class: "badge error" }, plural(mistakes, "mistake")),
      same > 0 && h("span", { class: "badge warning" }, plural(same, "repeat")),
      older > 0 && h("span", { class: "badge warning" }, `${older} older`),
      lines.length > 0 &&
        mistakes + older + same === 0 &&
        h("span", { class: "badge good" }, icon(ICONS.check), "All good"),
    );
    const isLong = text.split("\n").length > MAX_LINES;
    fill(
      list,
      ...lines.slice(0, SHOWN).map((line) => row(line, go)),
      lines.length === 0 && h("li", { class: "good-news" }, "Paste a list, and every line is read here."),
      lines.length > SHOWN && h("li", { class: "good-news" }, `and ${lines.length - SHOWN} more`),
      isLong && h("li", { class: "good-news" }, `Only the first ${MAX_LINES.toLocaleString("en")} lines are read`),
    );
  }

  function go(line: number): void {
    const before = area.value.split("\n").slice(0, line - 1);
    const from = before.reduce((sum, one) => sum + one.length + 1, 0);
    const end = area.value.indexOf("\n", from);
    area.focus();
    area.setSelectionRange(from, end < 0 ? area.value.length : end);
    area.scrollTop = Math.max(0, (line - 4) * (area.scrollHeight / Math.max(1, area.value.split("\n").length)));
  }

  async function share(): Promise<void> {
    if (lines.some(({ text, shown }) => text !== shown)) {
      announce("No link: the list holds a secret");
      return;
    }
    const params = new URLSearchParams({ list: area.value });
    if (params.toString().length > 32_000) {
      announce("Too long for a link: copy the list instead");
      return;
    }
    keepState("urls", params);
    await copyText(linkTo("urls", params), "Link");
  }

  return {
    element,
    open(params) {
      const asked = params.get("list");
      if (asked !== null && asked !== area.value) area.value = asked.slice(0, 64_000);
      void show().then(() => {
        element.dataset["ready"] = "true";
        performance.mark("interactive");
      });
    },
  };
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
