// The letter editor: CodeMirror over the plain field, problems at their place, the preview kept fresh.
import * as cm from "./vendored/codemirror.js";
import "./images.js";

const form = document.getElementById("letter-form");
const area = document.getElementById("letter-body");
const nonce = document.querySelector("script[nonce]")?.nonce ?? "";
const readJson = (id) => JSON.parse(document.getElementById(id)?.textContent || "[]");

// Colours come from the tokens, so that light and dark follow the page.
const theme = cm.EditorView.theme({
  "&": { color: "var(--text)", backgroundColor: "var(--surface)" },
  "&.cm-focused": { outline: "2px solid var(--focus)", outlineOffset: "-1px" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontSize: "13px", lineHeight: "20px" },
  ".cm-content": { caretColor: "var(--text)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--text-muted)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--accent-soft) 45%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--focus) 30%, transparent) !important" },
  ".cm-matchingBracket": { backgroundColor: "var(--accent-soft) !important", outline: "1px solid var(--accent)" },
  ".cm-tooltip, .cm-panels": { backgroundColor: "var(--surface)", color: "var(--text)", border: "1px solid var(--line)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionDetail": { color: "inherit", opacity: "0.8", fontStyle: "normal", marginLeft: "1em" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--warn)" },
  ".cm-button": { backgroundImage: "none", backgroundColor: "var(--surface)", border: "1px solid var(--control)", color: "var(--text)", borderRadius: "var(--radius)" },
  ".cm-textfield": { backgroundColor: "var(--surface)", border: "1px solid var(--control)", color: "var(--text)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--sunken)", border: "1px solid var(--line)", color: "var(--text-muted)" },
});
const t = cm.tags;
const colours = cm.HighlightStyle.define([
  { tag: [t.tagName, t.angleBracket, t.heading], color: "var(--chart-1)" },
  { tag: [t.attributeName, t.propertyName], color: "var(--chart-3)" },
  { tag: [t.attributeValue, t.string], color: "var(--ok)" },
  { tag: [t.keyword, t.controlKeyword, t.operatorKeyword], color: "var(--chart-4)" },
  { tag: [t.variableName, t.special(t.variableName), t.function(t.variableName)], color: "var(--chart-2)" },
  { tag: [t.brace, t.processingInstruction, t.number, t.bool], color: "var(--chart-2)" },
  { tag: [t.comment, t.meta, t.documentMeta], color: "var(--text-muted)", fontStyle: "italic" },
  { tag: [t.link, t.url], color: "var(--link)" },
  { tag: t.strong, fontWeight: "bold" },
  { tag: t.emphasis, fontStyle: "italic" },
]);

const fields = readJson("letter-completions");

// The merge fields, within {{ … }} or {% … %}; the whole output is written when nothing closes it yet.
function complete(context) {
  const typed = context.matchBefore(/[\w.]*/);
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, typed.from - line.from);
  const open = Math.max(before.lastIndexOf("{{"), before.lastIndexOf("{%"));
  const inside = open >= 0 && !/[%}]\}/.test(before.slice(open + 2));
  if (!inside || (!typed.text && !context.explicit && !/\{\{\s*$/.test(before))) return null;
  const isBare = /\{\{\s*$/.test(before);
  return {
    from: typed.from,
    validFor: /^[\w.]*$/,
    options: fields.map((field) => ({
      label: field.label,
      detail: field.detail,
      type: "variable",
      boost: field.label.startsWith("contact.") ? 2 : 0,
      apply: isBare ? (view, _completion, from, to) => write(view, field, from, to) : field.label,
    })),
  };
}

function write(view, field, from, to) {
  const inner = field.insert.slice(2, -2).trim();
  const line = view.state.doc.lineAt(to);
  const after = line.text.slice(to - line.from);
  const space = /\s$/.test(view.state.sliceDoc(Math.max(0, from - 1), from)) ? "" : " ";
  const close = /^\s*-?\}\}/.exec(after)?.[0] ?? (after.startsWith("}") ? "}" : "");
  const insert = `${space}${inner} }}`;
  view.dispatch({ changes: { from, to: to + close.length, insert }, selection: { anchor: from + insert.length } });
}

function language(kind) {
  const base = kind === "markdown" ? cm.markdown({ base: cm.markdownLanguage }) : cm.html({ selfClosingTags: true, matchClosingTags: true });
  return cm.liquid({ base });
}

// What closes a tag was written when it was opened: who types it again moves over it.
const typeOver = cm.EditorView.inputHandler.of((view, from, to, text) => {
  const rest = view.state.sliceDoc(from, from + 2);
  const isClosing = (text === "%" && rest === "%}") || (text === "}" && rest[0] === "}" && view.state.sliceDoc(Math.max(0, from - 1), from) === "%");
  if (from !== to || !isClosing) return false;
  view.dispatch({ selection: { anchor: from + 1 }, userEvent: "input.type" });
  return true;
});

function start() {
  const changed = cm.EditorView.updateListener.of((update) => {
    if (!update.docChanged) return;
    area.value = update.state.doc.toString();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const readOnly = area.matches(":disabled");
  const label = document.querySelector('label[for="letter-body"]')?.textContent ?? "";
  const view = new cm.EditorView({
    doc: area.value,
    extensions: [
      cm.EditorView.cspNonce.of(nonce), typeOver,
      cm.lineNumbers(), cm.highlightActiveLineGutter(), cm.highlightSpecialChars(), cm.history(), cm.foldGutter(),
      cm.drawSelection(), cm.indentOnInput(), cm.bracketMatching(), cm.closeBrackets(), cm.highlightActiveLine(),
      cm.highlightSelectionMatches(), cm.lintGutter(), cm.EditorView.lineWrapping,
      cm.autocompletion({ override: [complete] }),
      cm.keymap.of([...cm.closeBracketsKeymap, ...cm.defaultKeymap, ...cm.searchKeymap, ...cm.historyKeymap, ...cm.foldKeymap, ...cm.completionKeymap, ...cm.lintKeymap, cm.indentWithTab, { key: "Escape", run: leave }]),
      language(area.dataset.code), cm.syntaxHighlighting(colours), theme, changed,
      cm.EditorState.readOnly.of(readOnly), cm.EditorView.editable.of(!readOnly),
      cm.EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
    ],
  });
  area.after(view.dom);
  area.hidden = true;
  foldHead(view);
  document.querySelector('label[for="letter-body"]')?.addEventListener("click", () => view.focus());
  return view;
}

// The styles of an MJML letter are folded away: what one comes to write are its words.
function foldHead(view) {
  const source = view.state.doc.toString();
  const from = source.indexOf("<mj-head>") + "<mj-head>".length;
  const to = source.indexOf("</mj-head>", from);
  if (area.dataset.code === "mjml" && from > 8 && to > from) view.dispatch({ effects: cm.foldEffect.of({ from, to }) });
}

// Tab indents; after Escape it moves on, so that nobody is caught in the code.
function leave(view) {
  view.setTabFocusMode(2000);
  return false;
}

const view = area ? start() : null;
for (const place of document.querySelectorAll("[data-without-script]")) place.hidden = true;

function offsetOf(line, column) {
  const doc = view.state.doc;
  const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
  return Math.min(at.from + Math.max(column - 1, 0), at.to);
}

function mark() {
  if (!view) return;
  const diagnostics = readJson("letter-findings").filter((each) => each.part === "body").map((each) => {
    const from = offsetOf(each.line, each.column);
    const line = view.state.doc.lineAt(from);
    const word = /^[\w.<{%\s-]{0,40}[\w.}>]*/.exec(line.text.slice(from - line.from))?.[0].length ?? 1;
    return { from, to: Math.min(from + Math.max(word, 1), line.to), severity: each.severity, message: each.message };
  });
  view.dispatch(cm.setDiagnostics(view.state, diagnostics));
}

function jump(button) {
  const { part, line, column } = button.dataset;
  document.querySelector('.pane-tabs [value="write"]').checked = true;
  if (part === "body" && view) {
    const anchor = offsetOf(Number(line), Number(column));
    view.dispatch({ selection: { anchor }, effects: cm.EditorView.scrollIntoView(anchor, { y: "center" }) });
    view.focus();
    view.dom.scrollIntoView({ block: "nearest" });
    return;
  }
  const field = form.querySelector(`[data-part="${part}"]`);
  field?.closest("details")?.setAttribute("open", "");
  field?.focus();
}

// The field that was written in last takes what a menu or the picker inserts.
let last = null;
form?.addEventListener("focusin", (event) => {
  if (event.target.matches("input[data-part], textarea[data-part]")) last = event.target;
  else if (event.target.closest(".cm-editor")) last = null;
});

function insert(text) {
  if (last && !text.startsWith("<") && !text.startsWith("![")) {
    last.setRangeText(text, last.selectionStart, last.selectionEnd, "end");
    last.focus();
    last.dispatchEvent(new Event("input", { bubbles: true }));
  } else if (view) {
    const { main } = view.state.selection;
    const at = text.startsWith("<mj-") ? behindWords(main.to) : main.to;
    const change = at === main.to ? { from: main.from, to: main.to, insert: text } : { from: at, insert: text };
    view.dispatch({ changes: change, selection: { anchor: change.from + text.length }, scrollIntoView: true });
    view.focus();
  }
}

// An MJML element cannot stand among words: it goes behind the element that holds them.
function behindWords(position) {
  const source = view.state.doc.toString();
  const opened = [...source.slice(0, position).matchAll(/<(\/?)(mj-text|mj-button|mj-table)\b[^>]*?(\/?)>/g)].filter((tag) => !tag[3]).at(-1);
  if (!opened || opened[1]) return position;
  const end = source.indexOf(`</${opened[2]}>`, position);
  return end < 0 ? position : end + opened[2].length + 3;
}

// The frame shows what is saved; its place on the page is kept.
function refresh() {
  const frame = document.getElementById("letter-frame");
  if (!frame) return;
  const top = frame.contentWindow?.scrollY ?? 0;
  frame.addEventListener("load", () => frame.contentWindow?.scrollTo(0, top), { once: true });
  frame.contentWindow ? frame.contentWindow.location.replace(frame.src) : (frame.src = frame.src);
}

// Saving: what is not saved yet goes out before the page does.
let dirty = false;
form?.addEventListener("input", () => { dirty = true; });
form?.addEventListener("focusout", () => { if (dirty) window.htmx?.trigger(form, "letter:leave"); });
form?.addEventListener("submit", () => { dirty = false; });
addEventListener("pagehide", () => {
  if (dirty) fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true });
});
let saving = false;
const waiting = [];
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt !== form) return;
  dirty = false;
  saving = true;
});
document.addEventListener("htmx:sendError", (event) => { if (event.detail.elt === form) dirty = true; });
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt !== form) return;
  saving = false;
  for (const go of waiting.splice(0)) go();
});
// What acts on the saved words waits until they are.
document.addEventListener("htmx:confirm", (event) => {
  if (!event.detail.elt.closest("[data-after-saving]") || !(dirty || saving)) return;
  event.preventDefault();
  waiting.push(() => event.detail.issueRequest(true));
  if (dirty) window.htmx.trigger(form, "letter:leave");
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.requestConfig?.elt !== form) return;
  mark();
  refresh();
});

// Switches of the preview change the frame's surroundings alone; the words in work stay where they are.
document.addEventListener("click", async (event) => {
  const at = (selector) => event.target.closest?.(selector);
  if (at("[data-insert]")) {
    const text = at("[data-insert]").dataset.insert;
    at("details.menu")?.removeAttribute("open");
    setTimeout(() => insert(text), 0);
    return;
  }
  if (at(".finding")) return jump(at(".finding"));
  const link = at("a[data-view]");
  if (!link || event.ctrlKey || event.metaKey || !window.htmx) return;
  event.preventDefault();
  const address = link.getAttribute("href");
  await window.htmx.ajax("GET", address, { target: "#letter-preview", select: "#letter-preview", swap: "outerHTML" });
  history.replaceState(null, "", address);
  document.querySelector(`#letter-preview a[href="${CSS.escape(address)}"]`)?.focus();
});
mark();
