// Tabs with roving focus, and the composer of a record page: one text area, several kinds of entry.
// Every tab is a link that the server can answer (?compose=call), so all of it works without this file.
import { $, $$, memory, on } from "./dom.js";

const tabs = (tab) => $$('[role="tab"]', tab.closest('[role="tablist"]'));

on("keydown", '[role="tab"]', (event, tab) => {
  const all = tabs(tab);
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const to = { Home: all[0], End: all.at(-1) }[event.key] ?? (step && all[(all.indexOf(tab) + step + all.length) % all.length]);
  if (!to) return;
  event.preventDefault();
  to.focus();
  to.click();
});

on("click", '[role="tab"]', (event, tab) => {
  event.preventDefault();
  tabs(tab).forEach((other) => {
    other.setAttribute("aria-selected", String(other === tab));
    other.tabIndex = other === tab ? 0 : -1;
  });
  const panel = document.getElementById(tab.getAttribute("aria-controls"));
  panel?.setAttribute("aria-labelledby", tab.id);
  const form = tab.closest("[data-composer]");
  if (!form) return;
  choose(form, tab);
  // Its key was pressed somewhere on the page: go on typing.
  if (event.detail === 0 && document.activeElement !== tab) $("textarea", form)?.focus();
});

/** data-kind, -action, -placeholder and -save of the tab say what the form now is. */
function choose(form, tab) {
  const { kind, action, placeholder, save } = tab.dataset;
  const area = $("textarea", form);
  if (action) {
    form.setAttribute("action", action);
    if (form.hasAttribute("hx-post")) {
      form.setAttribute("hx-post", action);
      window.htmx?.process(form);
    }
  }
  if (placeholder) area.placeholder = placeholder;
  const hidden = $("input[name=kind]", form);
  if (hidden && kind) hidden.value = kind;
  const button = $("[data-composer-save]", form);
  if (button && save) button.textContent = save;
  // Fields of other kinds are out of sight and out of the request.
  $$("[data-for]", form).forEach((group) => {
    const mine = group.dataset.for.split(" ").includes(kind);
    group.hidden = !mine;
    $$("input, select, textarea", group).forEach((field) => {
      field.disabled = !mine;
    });
  });
}

/** Focuses the composer on one kind: a record's Call and Task buttons. */
on("click", "[data-compose]", (event, button) => {
  const tab = $(`[data-composer] [role="tab"][data-kind="${CSS.escape(button.dataset.compose)}"]`);
  if (!tab) return;
  event.preventDefault();
  tab.click();
  $("textarea", tab.closest("[data-composer]"))?.focus();
});

/* --- drafts: what was typed for a record stays on this device until it is saved --- */
const key = (form) => `draft:${form.dataset.draft}`;
on("input", "[data-composer][data-draft] textarea", (event, area) => memory.set(key(area.form), area.value.trim() && area.value));

function restore(root) {
  for (const form of $$("[data-composer][data-draft]", root)) {
    const area = $("textarea", form);
    if (area && !area.value) area.value = memory.get(key(form)) ?? "";
  }
}
restore(document);
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest?.("[data-composer]");
  if (!form || event.detail.requestConfig.verb === "get" || event.detail.xhr.status >= 300) return;
  if (form.dataset.draft) memory.set(key(form), null);
  form.reset();
});
document.addEventListener("htmx:afterSettle", () => restore(document));
on("submit", "[data-composer][data-draft]:not([hx-post])", (event, form) => memory.set(key(form), null));
