// Keys. A control says its own key in aria-keyshortcuts (one letter, or "Shift+S"); pressing it does what a click
// does. Silent while typing, in a dialog or menu, and with Ctrl, Alt or Meta; can be switched off (WCAG 2.1.4).
import { $, $$, isShown, memory, on, say, word } from "./dom.js";
import { openDialog } from "./layers.js";
import { undoLast } from "./toasts.js";

const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const CHORD = 900; // ms between g and the letter
let chordAt = 0;

const isOff = () => memory.get("single-keys") === "off";

/* --- list: row cursor; the row's link carries the focus, so Enter opens it by itself --- */
const rows = () => $$("[data-grid] tbody tr:not([hidden])");
function moveCursor(step) {
  const all = rows();
  const at = all.findIndex((row) => row.hasAttribute("data-cursor"));
  const next = all[at < 0 ? 0 : Math.max(0, Math.min(all.length - 1, at + step))];
  if (!next) return;
  $("a[href]", next)?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}
on("focusin", "[data-grid] tbody tr", (event, row) => {
  $$("tr[data-cursor]").forEach((other) => other.removeAttribute("data-cursor"));
  row.setAttribute("data-cursor", "");
});

function press(combination) {
  const control = $$(`[aria-keyshortcuts~="${CSS.escape(combination)}"]`).find(isShown);
  if (!control) return false;
  if (control.matches("input, textarea, select")) {
    control.focus();
    control.select?.();
  } else control.click();
  return true;
}

function single(event) {
  const { key } = event;
  if (Date.now() - chordAt < CHORD) {
    chordAt = 0;
    const link = $(`[data-go="${CSS.escape(key.toLowerCase())}"]`);
    if (link) {
      link.click();
      return true;
    }
  }
  if (key === "g") {
    chordAt = Date.now();
    return true;
  }
  if (key === "?") {
    openDialog($("#shortcuts"));
    return true;
  }
  if ($("[data-grid]") && !event.target.closest("[role=menu], [role=tablist]")) {
    const step = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 }[key];
    if (step) {
      moveCursor(step);
      return true;
    }
  }
  if (key.length > 1) return false;
  return press(event.shiftKey && /[a-z]/i.test(key) ? `Shift+${key.toUpperCase()}` : key);
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.(TYPING);
  const command = event.ctrlKey || event.metaKey;
  if (command && !event.shiftKey && event.key.toLowerCase() === "z" && !typing) {
    if (undoLast()) event.preventDefault();
    return;
  }
  if (command || event.altKey || typing || event.defaultPrevented || event.isComposing || isOff()) return;
  if ($("dialog[open]") || $(".menu:popover-open")) return;
  if (single(event)) event.preventDefault();
});

/* --- the off switch in the help dialog --- */
const toggle = $("[data-single-keys]");
if (toggle) toggle.checked = !isOff();
on("change", "[data-single-keys]", (event, input) => {
  memory.set("single-keys", input.checked ? null : "off");
  say(word(input.checked ? "keysOn" : "keysOff"));
});
