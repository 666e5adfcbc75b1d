/** The Check view: an editor, what the engine says of its text, and the files around it. */

import { announce, copyText, download } from "../ui/announce";
import { button, h, ICONS } from "../ui/dom";
import { inline } from "../ui/markdown";
import { keepState, linkTo, type View } from "../ui/router";
import type { Finding, Fix, Verdict } from "../engine/findings";
import { explain, judge, fixed } from "../engine/judge";
import type { Editor } from "./editor/editor";
import { createFileList } from "./filelist";
import { dropped, picked, type Files } from "./intake";
import { Refused } from "./limits";
import { ALONE, bytesOf, firstPath, fromLink, starter, textOf, toLink, type Project } from "./project";
import { createProblems } from "./problems";
import { createToolbar } from "./toolbar";

/** Long enough to gather fast typing, too short to be noticed. */
const PAUSE = 40;

export function createCheck(): View {
  let project: Project = starter();
  let verdict: Verdict | null = null;
  let editor: Editor | null = null;
  let timer = 0;

  const host = h("div", { class: "editor" });
  const name = h("h2", { class: "mono wrap", id: "editor-title" });
  const notice = h("p", { class: "notice", role: "alert", hidden: true });
  const toolbar = createToolbar({
    kind: (kind) => set({ kind }),
    dialect: (dialect) => set({ dialect }),
    take: (files) => void take(picked(files)),
    example: () => void import("./example").then(({ example }) => load(example())),
    link: () => void share(),
  });
  const problems = createProblems({ go, fix: (fix) => void applyFixes([fix]), fixAll, explain });
  const list = createFileList(
    (path) => openFile(path, true),
    () => load({ ...starter(), text: project.text }),
  );
  const out = h(
    "div",
    { class: "row" },
    button("Copy", () => void copyText(project.text, "Text"), ICONS.copy, "button tiny"),
    button(
      "Download",
      () => download(project.path.split("/").at(-1) ?? ALONE, project.text),
      ICONS.download,
      "button tiny",
    ),
  );
  const element = h(
    "div",
    { class: "view check" },
    h(
      "div",
      { class: "intro" },
      h(
        "div",
        {},
        h("h1", {}, "Check a start-point"),
        h(
          "p",
          {},
          "Type or paste a manifest, or drop a folder or a zip on this page. Every fault is shown at once, with its place and its applyFixes.",
        ),
      ),
    ),
    notice,
    toolbar.element,
    h(
      "div",
      { class: "check-grid" },
      h(
        "section",
        { class: "card editing", "aria-labelledby": "editor-title" },
        h("div", { class: "head" }, name, out),
        host,
        h(
          "p",
          { class: "soft small keys" },
          h("kbd", {}, "Ctrl"),
          " ",
          h("kbd", {}, "Space"),
          " completes, ",
          h("kbd", {}, "F8"),
          " goes to the next problem",
        ),
      ),
      h("div", { class: "side" }, problems.element, list.element),
    ),
  );

  element.addEventListener("dragover", (event) => {
    event.preventDefault();
    element.classList.add("dropping");
  });
  element.addEventListener("dragleave", () => element.classList.remove("dropping"));
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    element.classList.remove("dropping");
    if (event.dataTransfer) void take(dropped(event.dataTransfer));
  });

  async function start(): Promise<void> {
    const { createEditor } = await import("./editor/editor");
    editor = createEditor(host, around(), typed);
    load(project);
    element.dataset["ready"] = "true";
    performance.mark("interactive");
  }

  function around() {
    return {
      kind: () => project.kind,
      dialect: () => project.dialect,
      path: () => project.path,
      files: () => besideManifest(project),
    };
  }

  /** Shows another project, from its beginning. */
  function load(next: Project): void {
    project = next;
    toolbar.set(project.kind, project.dialect);
    openFile(project.path, false);
  }

  function openFile(path: string, focus: boolean): void {
    const text = project.files ? textOf(project.files.get(path)) : project.text;
    project = { ...project, path, text: text ?? "" };
    name.textContent = path;
    editor?.open(path, text ?? "This file is checked, but it is not a text that can be edited here.\n", text === null);
    if (focus) editor?.focus();
    void check();
  }

  function typed(text: string): void {
    project.text = text;
    project.files?.set(project.path, bytesOf(text));
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void check(), PAUSE);
  }

  function set(change: Partial<Project>): void {
    project = { ...project, ...change };
    void check();
  }

  async function check(): Promise<void> {
    const now = project;
    const text = project.text;
    const found = await judge(now);
    if (now !== project || text !== project.text) return;
    verdict = found;
    problems.show(found, project.path);
    list.show(project.files, project.path, found.findings);
    editor?.mark(found.findings.filter(({ path }) => path === project.path).map(marked));
  }

  function marked(finding: Finding) {
    const { place, severity, message, hint, fixes, rule } = finding;
    const [from, to] = place ? [place.from, place.to] : [0, 0];
    const actions = fixes.map((fix) => ({ name: fix.title.replaceAll("`", ""), apply: () => void applyFixes([fix]) }));
    const renderMessage = (): Node => h("span", {}, ...inline(message), hint !== null && h("p", {}, ...inline(hint)));
    return {
      from,
      to,
      severity,
      message: hint ? `${message}, ${hint}` : message,
      renderMessage,
      source: rule,
      actions,
    };
  }

  function go(finding: Finding): void {
    if (finding.path !== project.path && project.files?.has(finding.path)) openFile(finding.path, false);
    editor?.select(finding.place?.from ?? 0, finding.place?.to ?? 0);
  }

  /** Makes fixes; in the open file as one step that undo takes back. */
  async function applyFixes(fixes: readonly Fix[]): Promise<void> {
    const now = project;
    const { text: before, files } = project;
    for (const path of new Set(fixes.flatMap(({ edits }) => edits.map((edit) => edit.path)))) {
      const old = path === now.path ? before : (textOf(files?.get(path)) ?? "");
      const text = await fixed(old, fixes, path);
      if (now !== project || before !== project.text) return;
      files?.set(path, bytesOf(text));
      if (path === now.path) editor?.replace(text);
    }
    announce(fixes.length === 1 ? "Fixed. Undo takes it back" : "Fixed everything that is safe. Undo takes it back");
    problems.focus();
    void check();
  }

  function fixAll(): void {
    const safe = (verdict?.findings ?? []).flatMap(({ fixes }) => fixes.find((fix) => fix.safe) ?? []);
    if (safe.length > 0) void applyFixes(safe);
  }

  async function take(coming: Promise<Files>): Promise<void> {
    notice.hidden = true;
    try {
      const files = await coming;
      const only = files.size === 1 ? [...files.keys()][0] : undefined;
      if (only !== undefined && !only.includes("/") && only.endsWith(".json")) {
        load({ ...project, path: ALONE, text: textOf(files.get(only)) ?? "", files: null });
      } else {
        load({ ...project, kind: "auto", path: firstPath(files), files });
      }
      announce(`${files.size} ${files.size === 1 ? "file" : "files"} read`);
    } catch (error) {
      notice.textContent = error instanceof Refused ? error.message : "That could not be read";
      notice.hidden = false;
    }
  }

  async function share(): Promise<void> {
    const { packed } = await import("./link");
    try {
      const params = new URLSearchParams({ s: packed(toLink(project)) });
      keepState("check", params);
      await copyText(linkTo("check", params), "Link");
    } catch (error) {
      announce(error instanceof Refused ? error.message : "No link could be made");
    }
  }

  let opened = "";
  let starting: Promise<void> | null = null;
  return {
    element,
    open(params) {
      const state = params.get("s") ?? "";
      const isNew = state !== "" && state !== opened;
      opened = state;
      const ready = isNew ? import("./link").then(({ unpacked }) => unpacked(state)) : Promise.resolve(null);
      void ready.then((kept) => {
        if (kept) project = fromLink(kept);
        else if (isNew) announce("That link is damaged");
        if (editor && kept) load(project);
        starting ??= start();
      });
    },
  };
}

function besideManifest({ files, path }: Project): string[] {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const beside = [...(files?.keys() ?? [])].filter((one) => one.startsWith(folder) && one !== path);
  return beside.map((one) => one.slice(folder.length)).sort();
}
