/** The editor's looks. Colours are the page's own properties, which a shadow root inherits. */

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const button = {
  font: "inherit",
  fontSize: "12.5px",
  border: "1px solid var(--line-strong)",
  borderRadius: "6px",
  background: "var(--card)",
  color: "var(--text)",
  padding: "2px 8px",
  margin: "4px 6px 2px 0",
  cursor: "pointer",
};

const shape = {
  "&": { height: "100%", color: "var(--text)", backgroundColor: "var(--card)", fontSize: "14px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.65" },
  ".cm-content": { padding: "10px 0", caretColor: "var(--accent)" },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--card)", color: "var(--soft)", border: "none", paddingLeft: "4px" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--text) 4%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 24%, transparent)",
  },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-wash)", color: "inherit" },
  ".cm-lintRange-error, .cm-lintRange-warning, .cm-lintRange-info": {
    backgroundImage: "none",
    textDecoration: "underline wavy 1.4px",
    textUnderlineOffset: "4px",
    textDecorationSkipInk: "none",
    paddingBottom: "0",
  },
  ".cm-lintRange-error": { textDecorationColor: "var(--red)", backgroundColor: "var(--red-wash)" },
  ".cm-lintRange-warning": { textDecorationColor: "var(--amber)" },
  ".cm-lintRange-info": { textDecorationColor: "var(--blue)" },
  ".cm-lintRange-active": { backgroundColor: "var(--amber-wash)" },
  ".cm-lint-marker": { width: "9px", height: "9px", margin: "7px 2px 0", borderRadius: "50%", content: "none" },
  ".cm-lint-marker-error": { backgroundColor: "var(--red)", content: "none" },
  ".cm-lint-marker-warning": { backgroundColor: "var(--amber)", content: "none" },
  ".cm-lint-marker-info": { backgroundColor: "var(--blue)", content: "none" },
  ".cm-tooltip": {
    border: "1px solid var(--line)",
    borderRadius: "8px",
    backgroundColor: "var(--card)",
    color: "var(--text)",
    boxShadow: "0 6px 24px #0003",
    maxWidth: "min(30rem, 92vw)",
    fontFamily: "var(--sans)",
    fontSize: "13.5px",
    lineHeight: "1.5",
  },
  ".cm-diagnostic": { padding: "7px 12px", marginLeft: "0", borderLeftWidth: "4px", overflowWrap: "anywhere" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--red)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--amber)" },
  ".cm-diagnostic-info": { borderLeftColor: "var(--blue)" },
  ".cm-diagnostic code": {
    fontFamily: "var(--mono)",
    fontSize: "12.5px",
    padding: "0 3px",
    borderRadius: "4px",
    backgroundColor: "var(--sunk)",
  },
  ".cm-diagnostic p": { margin: "2px 0 0", color: "var(--soft)" },
  ".cm-diagnosticAction": { ...button },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "15em", borderRadius: "8px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 10px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--accent)",
    color: "var(--accent-text)",
  },
  ".cm-completionDetail": { fontStyle: "normal", opacity: "0.8", fontFamily: "var(--sans)" },
  ".cm-completionIcon": { display: "none" },
  ".cm-tooltip.cm-completionInfo": { padding: "8px 12px" },
  ".about": { padding: "8px 12px" },
  ".cm-completionInfo .about": { padding: "0" },
  ".about p": { margin: "4px 0 0" },
  ".about code": { fontFamily: "var(--mono)", fontSize: "12.5px" },
  ".about-type": { color: "var(--soft)" },
  ".cm-panels": { backgroundColor: "var(--sunk)", color: "var(--text)", borderColor: "var(--line)" },
  ".cm-panel.cm-search": { padding: "6px 8px", fontFamily: "var(--sans)" },
  ".cm-textfield": { border: "1px solid var(--line-strong)", borderRadius: "6px", backgroundColor: "var(--card)" },
  ".cm-button": { ...button, backgroundImage: "none" },
};

const LIGHT = EditorView.theme(shape, { dark: false });
const DARK = EditorView.theme(shape, { dark: true });

export function looks(dark: boolean) {
  return dark ? DARK : LIGHT;
}

export const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.propertyName, color: "var(--accent)", fontWeight: "560" },
    { tag: tags.string, color: "var(--text)" },
    { tag: [tags.number, tags.bool, tags.null], color: "var(--blue)" },
    { tag: [tags.separator, tags.squareBracket, tags.brace], color: "var(--soft)" },
  ]),
);
