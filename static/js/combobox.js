// A record picked from many: a text input with suggestions over a hidden id (components/combobox.html).
// Without JavaScript the component shows an input for the record's number instead.
import { $, $$, on, say, word } from "./dom.js";

const WAIT = 150; // ms after the last letter
let timer = 0;
let asked = null;

const parts = (box) => ({
  input: $("[role=combobox]", box),
  value: $("input[type=hidden]", box),
  list: $("[role=listbox]", box),
});
const options = (list) => $$('[role="option"]:not([aria-disabled="true"])', list);

function close(box) {
  const { input, list } = parts(box);
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function mark(box, option) {
  const { input, list } = parts(box);
  options(list).forEach((other) => other.setAttribute("aria-selected", String(other === option)));
  if (!option) return;
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

async function ask(box) {
  const { input, list } = parts(box);
  asked?.abort();
  asked = new AbortController();
  const url = new URL(box.dataset.combobox, location.origin);
  url.searchParams.set("search", input.value.trim());
  try {
    const response = await fetch(url, { headers: { "HX-Request": "true" }, signal: asked.signal });
    if (!response.ok) throw new Error(String(response.status));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const found = $$('[role="option"]', page);
    found.forEach((option, index) => {
      option.id = `${list.id}-${index}`;
      option.setAttribute("aria-selected", "false");
    });
    if (!found.length) {
      const none = document.createElement("li");
      none.setAttribute("role", "option");
      none.setAttribute("aria-disabled", "true");
      none.textContent = word("nothingFound");
      found.push(none);
    }
    list.replaceChildren(...found);
  } catch (problem) {
    if (problem.name === "AbortError") return;
    close(box);
    say(word("noConnection"));
    return;
  }
  list.hidden = false;
  input.setAttribute("aria-expanded", "true");
  const all = options(list);
  mark(box, all[0]);
  say(all.length ? word("results").replace("{n}", all.length) : word("nothingFound"));
}

function choose(box, option) {
  const { input, value } = parts(box);
  input.value = option.dataset.label ?? option.textContent.trim();
  input.dataset.chosen = input.value;
  value.value = option.dataset.value;
  input.setCustomValidity("");
  close(box);
  value.dispatchEvent(new Event("change", { bubbles: true }));
}

const SELECTOR = "[data-combobox] [role=combobox]";
on("input", SELECTOR, (event, input) => {
  const box = input.closest("[data-combobox]");
  const { value } = parts(box);
  // Text that was typed is not yet a choice: the hidden id is empty until one is taken.
  value.value = "";
  input.setCustomValidity(input.value.trim() ? word("notChosen") : "");
  clearTimeout(timer);
  if (!input.value.trim()) {
    close(box);
    value.dispatchEvent(new Event("change", { bubbles: true }));
    return;
  }
  timer = setTimeout(() => ask(box), WAIT);
});

on("keydown", SELECTOR, (event, input) => {
  const box = input.closest("[data-combobox]");
  const { list } = parts(box);
  const all = options(list);
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (list.hidden) ask(box);
    else if (all.length) mark(box, all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
  } else if (event.key === "Enter" && !list.hidden && all[at]) {
    event.preventDefault();
    choose(box, all[at]);
  } else if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    event.stopPropagation();
    close(box);
  }
});

// pointerdown, not click: the input's blur would close the list first.
on("pointerdown", "[data-combobox] [role=option]", (event, option) => {
  event.preventDefault();
  if (option.getAttribute("aria-disabled") === "true") return;
  choose(option.closest("[data-combobox]"), option);
});
on("focusout", SELECTOR, (event, input) => {
  clearTimeout(timer);
  close(input.closest("[data-combobox]"));
});
