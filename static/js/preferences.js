// Theme and row height take effect at once and are stored with the user, who finds them on every device.
// The form posts by itself without JavaScript; language needs the page anew, so it always does.
import { $$, on, word } from "./dom.js";
import { toast } from "./toasts.js";

const root = document.documentElement;
const NOW = ["theme", "density"];

on("submit", "form[data-preferences]", async (event, form) => {
  const choice = event.submitter;
  if (!choice || !NOW.includes(choice.name)) return;
  event.preventDefault();
  const before = root.dataset[choice.name] ?? "";
  show(choice.name, choice.value);
  choice.closest("[popover]")?.hidePopover();
  try {
    // The answer leads back to this page, which is here already: the redirect itself says that it is stored.
    const response = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form, choice)),
      headers: { "HX-Request": "true" },
      redirect: "manual",
    });
    if (!response.ok && response.type !== "opaqueredirect") throw new Error(String(response.status));
  } catch {
    show(choice.name, before);
    toast(word("notStored"), { tone: "red" });
  }
});

const DEFAULTS = { theme: "system", density: "default" };

function show(name, value) {
  const chosen = value || DEFAULTS[name];
  // The default is the absence of a choice.
  if (chosen === DEFAULTS[name]) delete root.dataset[name];
  else root.dataset[name] = chosen;
  $$(`form[data-preferences] [name="${name}"]`).forEach((item) => {
    item.setAttribute("aria-checked", String(item.value === chosen));
  });
}
