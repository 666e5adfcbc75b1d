/** The Markdown of rule pages as elements: headings, paragraphs, lists, code. Anything else stays text. */

import { h, type Child } from "./dom";

export function markdown(text: string): HTMLElement {
  const lines = text.split("\n");
  const root = h("div", { class: "prose" });
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? "";
    const fence = /^(`{3,})/.exec(line)?.[1];
    const heading = /^(#{1,4}) (.*)/.exec(line);
    if (fence) {
      const end = lines.indexOf(fence, at + 1);
      const stop = end < 0 ? lines.length : end;
      root.append(h("pre", { tabindex: 0 }, h("code", {}, lines.slice(at + 1, stop).join("\n"))));
      at = stop + 1;
    } else if (heading) {
      root.append(h("h3", {}, ...inline(heading[2] ?? "")));
      at += 1;
    } else if (/^\s*[-*] /.test(line)) {
      const list = h("ul");
      let item = "";
      const close = (): void => {
        if (item) list.append(h("li", {}, ...inline(item)));
      };
      for (; at < lines.length && lines[at]?.trim(); at += 1) {
        const next = /^\s*[-*] (.*)/.exec(lines[at] ?? "");
        if (next) close();
        item = next ? (next[1] ?? "") : `${item} ${(lines[at] ?? "").trim()}`;
      }
      close();
      root.append(list);
    } else if (line.trim()) {
      const from = at;
      while (at < lines.length && lines[at]?.trim() && !/^(`{3}|#{1,4} )/.test(lines[at] ?? "")) at += 1;
      root.append(h("p", {}, ...inline(lines.slice(from, at).join(" "))));
    } else {
      at += 1;
    }
  }
  return root;
}

/** `code`, **strong** and [links](https://…); the address of a link must be https, or only its text is shown. */
export function inline(text: string): Child[] {
  const parts: Child[] = [];
  const pattern = /(`+)(.+?)\1(?!`)|\*\*(.+?)\*\*|\[([^\]]+)\]\(([^)\s]+)\)/g;
  let last = 0;
  for (const match of text.matchAll(pattern)) {
    parts.push(text.slice(last, match.index));
    const [whole, , code, strong, label, href] = match;
    if (code !== undefined) parts.push(h("code", {}, code.replace(/^ (?=.*`)|(?<=`.*) $/g, "")));
    else if (strong !== undefined) parts.push(h("strong", {}, strong));
    else if (href?.startsWith("https://")) parts.push(h("a", { href, rel: "noreferrer" }, label ?? href));
    else parts.push(label ?? whole);
    last = match.index + whole.length;
  }
  parts.push(text.slice(last));
  return parts.filter((part) => part !== "");
}
