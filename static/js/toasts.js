// Toasts: made by the server (out of band, or with the page) or by toast() below; both live by the same rules.
// 6 s, 12 s with Undo; the clock stops on hover and focus; at most three; spoken; Ctrl Z presses the last Undo.
import { $, $$, icon, on, say, word } from "./dom.js";

const SHORT = 6000;
const LONG = 12000;
const MOST = 3;
const timers = new WeakMap();

const stop = (toast) => clearTimeout(timers.get(toast));
const start = (toast) => {
  stop(toast);
  timers.set(toast, setTimeout(() => dismiss(toast), $("[data-undo], [data-retry]", toast) ? LONG : SHORT));
};

// Where the reader was before a toast took the focus: that is where it goes back to.
let before = null;
document.addEventListener("focusin", (event) => {
  if (!event.target.closest("#toasts")) before = event.target;
});

export function dismiss(toast) {
  stop(toast);
  const hadFocus = toast.contains(document.activeElement);
  toast.remove();
  if (hadFocus) (before?.isConnected ? before : $("#main"))?.focus({ preventScroll: true });
}

/** Shows a sentence; `action` is { label, run } for a button such as "Try again". */
export function toast(text, { tone = "", action = null } = {}) {
  const box = $("#toasts");
  if (!box) return;
  const element = document.createElement("div");
  element.className = "toast";
  if (tone) {
    element.dataset.tone = tone;
    element.append(icon(tone === "green" ? "check" : "alert"));
  }
  const sentence = document.createElement("span");
  sentence.textContent = text;
  element.append(sentence);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn--sm";
    button.dataset.retry = "";
    button.textContent = action.label;
    button.addEventListener("click", () => {
      dismiss(element);
      action.run();
    });
    element.append(button);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn--sm btn--icon";
  close.dataset.dismiss = "";
  close.setAttribute("aria-label", word("dismiss"));
  close.append(icon("x"));
  element.append(close);
  box.append(element);
}

function arrived(element) {
  const box = element.parentNode;
  const all = $$(".toast", box);
  all.slice(0, Math.max(0, all.length - MOST)).forEach(dismiss);
  start(element);
  const text = $("span", element)?.textContent.trim() ?? "";
  say($("[data-undo]", element) ? `${text} ${word("undoHint")}` : text);
}

const box = $("#toasts");
if (box) {
  new MutationObserver((changes) => {
    for (const change of changes)
      for (const node of change.addedNodes) if (node.matches?.(".toast")) arrived(node);
  }).observe(box, { childList: true });
  $$(".toast", box).forEach(arrived);
}

on("pointerover", ".toast", (event, element) => stop(element));
on("pointerout", ".toast", (event, element) => {
  if (!element.contains(event.relatedTarget)) start(element);
});
on("focusin", ".toast", (event, element) => stop(element));
on("focusout", ".toast", (event, element) => {
  if (!element.contains(event.relatedTarget)) start(element);
});
on("click", "[data-dismiss]", (event, button) => {
  const toastElement = button.closest(".toast");
  if (toastElement) dismiss(toastElement);
  else button.closest(".notice")?.remove();
});
// An undone change needs no second Undo.
document.addEventListener("htmx:afterRequest", (event) => {
  const element = event.detail.elt;
  if (element.matches?.("[data-undo]") && event.detail.xhr.status < 300) {
    const own = element.closest(".toast");
    if (own) dismiss(own);
  }
});

/** Presses the newest Undo; false when there is none. */
export function undoLast() {
  const button = $$("#toasts [data-undo]").at(-1);
  if (!button) return false;
  const control = button.matches("button") ? button : $("button", button);
  control.click();
  return true;
}
