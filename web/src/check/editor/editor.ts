/** The editor: CodeMirror in a shadow root, where its styles are constructed sheets and a strict CSP allows them. */

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json, jsonLanguage } from "@codemirror/lang-json";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type ChangeSpec, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { isDark, onTheme } from "../../ui/theme";
import { completions, schemaHover, type Surroundings } from "./complete";
import { colours, looks } from "./theme";

export interface Editor {
  readonly text: string;
  /** Another text, with its own history. Manifests get completion; other files do not. */
  open(path: string, text: string, readOnly: boolean): void;
  /** One step in the history: undo takes it back. */
  replace(text: string): void;
  mark(diagnostics: readonly Diagnostic[]): void;
  select(from: number, to: number): void;
  focus(): void;
}

export function createEditor(host: HTMLElement, around: Surroundings, changed: (text: string) => void): Editor {
  const root = host.attachShadow({ mode: "open" });
  const theme = new Compartment();
  const always: Extension = [
    EditorState.lineSeparator.of("\n"),
    highlightSpecialChars(),
    lineNumbers(),
    lintGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    indentUnit.of("  "),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    search({ top: true }),
    EditorView.lineWrapping,
    overtyping,
    colours,
    keymap.of([
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...completionKeymap,
      ...lintKeymap,
    ]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) changed(update.state.doc.toString());
    }),
  ];
  const manifests: Extension = [
    json(),
    jsonLanguage.data.of({ autocomplete: completions(around) }),
    autocompletion({ icons: false }),
    schemaHover(around),
  ];
  const stateOf = (path: string, doc: string, readOnly: boolean): EditorState => {
    const isManifest = path.endsWith(".json");
    const label = EditorView.contentAttributes.of({ "aria-label": `Editor for ${path}` });
    const lock = readOnly ? [EditorState.readOnly.of(true)] : [];
    return EditorState.create({
      doc,
      extensions: [always, isManifest ? manifests : [], label, lock, theme.of(looks(isDark()))],
    });
  };
  const view = new EditorView({ state: stateOf("manifest.json", "", false), root, parent: root });
  onTheme((dark) => view.dispatch({ effects: theme.reconfigure(looks(dark)) }));

  return {
    get text() {
      return view.state.doc.toString();
    },
    open: (path, text, readOnly) => view.setState(stateOf(path, text, readOnly)),
    replace: (text) => view.dispatch({ changes: difference(view.state.doc.toString(), text), userEvent: "input.fix" }),
    mark: (diagnostics) => view.dispatch(setDiagnostics(view.state, diagnostics)),
    select: (from, to) => {
      const end = view.state.doc.length;
      const selection = { anchor: Math.min(from, end), head: Math.min(to, end) };
      view.dispatch({ selection, effects: EditorView.scrollIntoView(selection.anchor, { y: "center" }) });
      view.focus();
    },
    focus: () => view.focus(),
  };
}

/** Where typing replaces coloured text, Chromium keeps the colour as a style attribute, which the CSP refuses: we type. */
const overtyping = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const { data, inputType, isComposing } = event;
    const { main, ranges } = view.state.selection;
    if (inputType !== "insertText" || isComposing || data === null || ranges.every((range) => range.empty))
      return false;
    const insert = () =>
      view.state.update(view.state.replaceSelection(data), { userEvent: "input.type", scrollIntoView: true });
    const isHandled = view.state
      .facet(EditorView.inputHandler)
      .some((handle) => handle(view, main.from, main.to, data, insert));
    if (!isHandled) view.dispatch(insert());
    return true;
  },
});

/** Only what differs, so that the cursor and the marks around it stay where they are. */
function difference(old: string, now: string): ChangeSpec {
  const most = Math.min(old.length, now.length);
  let from = 0;
  while (from < most && old[from] === now[from]) from += 1;
  let tail = 0;
  while (tail < most - from && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  return { from, to: old.length - tail, insert: now.slice(from, now.length - tail) };
}
