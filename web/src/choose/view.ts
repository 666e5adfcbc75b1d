/** The Choose view: an exercise, then a language + test framework, or a custom start-point. */

import { announce, copyText, download } from "../ui/announce";
import { button, fill, h, ICONS } from "../ui/dom";
import { keepState, linkTo, type View } from "../ui/router";
import { textOf, type Catalogue } from "./catalogue";
import { createPicker, type Item } from "./picker";
import { createPreview } from "./preview";
import { find, session, type Choice, type Session } from "./session";
import { createSource } from "./source";
import { createVersions, grouped, type Group } from "./versions";

const ALONE = "";

export function createChoose(): View {
  let catalogue: Catalogue | null = null;
  let groups: Group[] = [];
  let choice: Choice = { custom: false, exercise: ALONE, language: "", start: "" };
  let current: Session | null = null;

  const exercises = createPicker("exercise", "Exercise", "1", (exercise) => choose({ exercise }));
  const languages = createPicker("language", "Language and test framework", "2", (name) => {
    choose({ language: groups.find((group) => group.name === name)?.points[0]?.name ?? "" });
  });
  const custom = createPicker("custom", "Custom start-point", "1", (start) => choose({ start }));
  const versions = createVersions((language) => choose({ language }));
  const preview = createPreview();
  const source = createSource((loaded) => void use(loaded));

  const title = h("h2", { class: "session-title wrap", id: "session-title" });
  const image = h("code", { class: "wrap" });
  const imageRow = h(
    "p",
    { class: "image" },
    h("span", { class: "soft small" }, "Image"),
    image,
    button("Copy", () => void copyText(image.textContent ?? "", "Image name"), ICONS.copy, "button tiny"),
  );
  const next = h("p", { class: "next" });
  const problem = h("p", { class: "notice", role: "alert", hidden: true });
  const actions = h(
    "div",
    { class: "row" },
    button("Copy JSON", () => void copyText(current?.json ?? "", "Session"), ICONS.copy, "button main"),
    button("Download", () => download("session.json", current?.json ?? ""), ICONS.download),
    button("Copy link", () => void copyText(linkTo("choose", params(choice)), "Link"), ICONS.link),
  );
  const result = h(
    "section",
    { class: "card session", "aria-labelledby": "session-title" },
    h("div", { class: "head" }, title, actions),
    problem,
    h("div", { class: "facts" }, next, versions.element, imageRow),
    preview.element,
  );

  const mode = modes((isCustom) => choose({ custom: isCustom }));
  const pickers = h("div", { class: "pickers" }, exercises.element, languages.element, custom.element);
  const element = h(
    "div",
    { class: "view choose" },
    h(
      "div",
      { class: "intro" },
      h(
        "div",
        {},
        h("h1", {}, "Choose a practice session"),
        h("p", {}, "Pick an exercise and what to solve it in. You see what the learner will see."),
      ),
      h("div", { class: "row" }, mode.element, source.toggle),
    ),
    source.panel,
    h("div", { class: "choose-grid" }, pickers, result),
  );
  acceptDrop(element, (file) => void source.open(file));

  async function use(loaded: Catalogue): Promise<void> {
    groups = await grouped(loaded.kinds.languages);
    catalogue = loaded;
    const { exercises: offered, languages: ltfs, custom: starts } = loaded.kinds;
    choice = {
      custom: choice.custom ? starts.length > 0 : ltfs.length + offered.length === 0,
      exercise: find(offered, choice.exercise)?.name ?? ALONE,
      language: find(ltfs, choice.language)?.name ?? "",
      start: find(starts, choice.start)?.name ?? "",
    };
    fillPickers();
    await show();
    element.dataset["ready"] = "true";
    performance.mark("interactive");
  }

  function fillPickers(): void {
    if (!catalogue) return;
    const named = (name: string): Item => ({ value: name, label: name });
    const alone: Item = { value: ALONE, label: "No exercise: the language's own files", first: true };
    exercises.set([alone, ...catalogue.kinds.exercises.map(({ name }) => named(name))], choice.exercise);
    const group = groups.find(({ points }) => find(points, choice.language));
    languages.set(
      groups.map(({ name, points }) => ({
        ...named(name),
        ...(points.length > 1 ? { note: `${points.length} versions` } : {}),
      })),
      group?.name ?? "",
    );
    custom.set(
      catalogue.kinds.custom.map(({ name }) => named(name)),
      choice.start,
    );
    mode.set(choice.custom, catalogue.kinds.custom.length);
  }

  function choose(change: Partial<Choice>): void {
    choice = { ...choice, ...change };
    keepState("choose", params(choice));
    void show();
  }

  async function show(): Promise<void> {
    if (!catalogue) return;
    exercises.element.hidden = choice.custom;
    languages.element.hidden = choice.custom;
    custom.element.hidden = !choice.custom;
    const wanted = choice;
    problem.hidden = true;
    try {
      current = await session(catalogue, wanted);
    } catch (error) {
      current = null;
      fill(problem, `These two cannot be mixed: ${error instanceof Error ? error.message : "the engine refused"}`);
      problem.hidden = false;
    }
    if (wanted !== choice) return;
    const name = current ? textOf(current.manifest, "image_name") : "";
    const [first = "Your session", second] = current?.titles ?? [];
    fill(
      title,
      first,
      second !== undefined && h("span", { class: "second" }, h("span", { class: "hush" }, " in "), second),
    );
    image.textContent = name;
    imageRow.hidden = name === "";
    next.textContent = choice.custom
      ? "Pick a custom start-point: its files, its image and its session appear here."
      : current
        ? "Now pick a language and test framework to solve it in."
        : "Pick an exercise, then a language and test framework. What the learner will see appears here.";
    next.hidden = Boolean(current?.json) || !problem.hidden;
    preview.element.hidden = current === null;
    actions.hidden = !current?.json;
    versions.show(
      choice.custom ? undefined : groups.find(({ points }) => find(points, choice.language)),
      choice.language,
    );
    preview.show(current?.manifest ?? {}, current?.fromExercise ?? new Set());
    if (current?.json) announceQuietly(result, `${current.titles.join(" in ")}, image ${name}`);
  }

  return {
    element,
    open(query) {
      const asked: Choice = {
        custom: query.has("custom"),
        exercise: query.get("exercise") ?? choice.exercise,
        language: query.get("language") ?? choice.language,
        start: query.get("custom") || choice.start,
      };
      if (!catalogue) {
        choice = asked;
        void source.start();
      } else if (query.size > 0 && params(asked).toString() !== params(choice).toString()) {
        choice = asked;
        void use(catalogue);
      }
    },
  };
}

function params(choice: Choice): URLSearchParams {
  if (choice.custom) return new URLSearchParams({ custom: choice.start });
  const query = new URLSearchParams();
  if (choice.exercise) query.set("exercise", choice.exercise);
  if (choice.language) query.set("language", choice.language);
  return query;
}

function modes(picked: (isCustom: boolean) => void) {
  const option = (value: string, label: string) => {
    const radio = h("input", { type: "radio", name: "mode", value, onchange: () => picked(value === "custom") });
    return { radio, label: h("label", {}, radio, h("span", {}, label)) };
  };
  const mixed = option("mixed", "Exercise + language");
  const custom = option("custom", "Custom");
  const element = h(
    "div",
    { class: "segments", role: "radiogroup", "aria-label": "What to choose" },
    mixed.label,
    custom.label,
  );
  return {
    element,
    set(isCustom: boolean, offered: number): void {
      mixed.radio.checked = !isCustom;
      custom.radio.checked = isCustom;
      custom.radio.disabled = offered === 0;
    },
  };
}

/** Screen readers hear what was chosen; everybody else sees it on the page. */
function announceQuietly(near: HTMLElement, text: string): void {
  let region = near.querySelector(":scope > [role=status]");
  if (!region) near.append((region = h("p", { class: "hush", role: "status" })));
  region.textContent = text;
}

function acceptDrop(element: HTMLElement, take: (file: File) => void): void {
  element.addEventListener("dragover", (event) => event.preventDefault());
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    const [file] = event.dataTransfer?.files ?? [];
    if (file) take(file);
    else announce("There was no file in that");
  });
}
