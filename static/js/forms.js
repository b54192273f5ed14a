// Forms: focus to the first bad field, Show password, no double send, a guard for unsaved work.
import { $, $$, on } from "./dom.js";

/* --- errors: the summary stands on top, the focus goes to the first bad field --- */
function firstBad(root) {
  if (!$("[data-errors]", root)) return;
  const bad = $('[aria-invalid="true"]', root) ?? $("[data-errors]", root);
  bad.focus({ preventScroll: false });
}
firstBad(document);
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.elt?.querySelector) firstBad(event.detail.elt);
});

/* --- Show password --- */
on("click", "[data-reveal]", (event, button) => {
  const input = document.getElementById(button.dataset.reveal);
  const shown = input.type === "password";
  input.type = shown ? "text" : "password";
  button.textContent = shown ? button.dataset.hide : button.dataset.show;
  button.setAttribute("aria-pressed", String(shown));
});

/* --- one send per press: a second click while the first is under way does nothing --- */
let sent = new WeakSet();
const OWN_SEND = "[hx-post], [data-preferences], [data-session-login]";
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented || form.matches(OWN_SEND)) return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  event.submitter?.setAttribute("aria-busy", "true");
});
// Back shows the page from memory: its forms may be sent again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  sent = new WeakSet();
  $$("form [aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
});

/* --- unsaved work: form[data-guard] asks before the page is left --- */
const dirty = new Set();
on("input", "form[data-guard]", (event, form) => {
  dirty.add(form);
  form.dataset.dirty = "";
});
on("submit", "form[data-guard]", (event, form) => dirty.delete(form), true);
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest?.("form[data-guard]");
  if (form && event.detail.xhr.status < 300) dirty.delete(form);
});
addEventListener("beforeunload", (event) => {
  if ([...dirty].some((form) => form.isConnected)) event.preventDefault();
});

/* --- a select that sends its form at once (page size, pipeline); a button stands there without JavaScript --- */
on("change", "select[data-submits]", (event, select) => select.form.requestSubmit());

/* --- Ctrl Enter saves from within a text area --- */
on("keydown", "textarea", (event, area) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !area.form) return;
  event.preventDefault();
  area.form.requestSubmit();
});
