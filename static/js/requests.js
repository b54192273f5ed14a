// What every htmx request shares: the CSRF header, no empty filters, aria-busy, the progress line, plain errors.
import { $, $$, word } from "./dom.js";
import { toast } from "./toasts.js";
import { sessionOver } from "./session.js";

const SLOW = 180; // ms: a spinner for a fast answer only flickers
let running = 0;
let timer = 0;

document.addEventListener("htmx:configRequest", (event) => {
  const { verb, headers, elt } = event.detail;
  if (verb !== "get") headers["X-CSRFToken"] = $("meta[name=csrf]")?.content ?? "";
  // An empty input is no filter: it stays out of the address, which is the state.
  if (verb === "get" && elt.matches("form, form *")) {
    const sent = event.detail.formData ?? event.detail.parameters;
    for (const [name, value] of [...sent.entries()]) if (value === "") sent.delete(name);
  }
});

// A board asks every few seconds and moves its cards at once: neither may dim what somebody looks at.
const quiet = (element) => element.matches?.("[data-board]");
document.addEventListener("htmx:beforeRequest", (event) => {
  if (quiet(event.detail.elt)) return;
  event.detail.target?.setAttribute?.("aria-busy", "true");
  running += 1;
  if (running === 1) timer = setTimeout(() => $("#progress")?.removeAttribute("hidden"), SLOW);
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (quiet(event.detail.elt)) return;
  event.detail.target?.removeAttribute?.("aria-busy");
  running = Math.max(0, running - 1);
  if (running > 0) return;
  clearTimeout(timer);
  $("#progress")?.setAttribute("hidden", "");
});

/** Sends a failed request once more, with what it carried the first time and to the same place. */
function again({ requestConfig: config, etc }) {
  window.htmx.ajax(config.verb, config.path, {
    source: config.elt?.isConnected ? config.elt : document.body,
    target: config.target,
    swap: etc?.swapOverride,
    values: config.formData,
  });
}

const retry = (event) => ({ label: word("retry"), run: () => again(event.detail) });

for (const name of ["htmx:sendError", "htmx:timeout"])
  document.addEventListener(name, (event) => toast(word("noConnection"), { tone: "red", action: retry(event) }));

document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  if (xhr.status === 401) {
    sessionOver(() => again(event.detail));
    return;
  }
  const reference = xhr.getResponseHeader("X-Request-ID");
  const text = { 404: word("gone"), 413: word("tooLarge"), 429: word("tooMany") }[xhr.status] ?? word("failed");
  const sentence = reference && xhr.status >= 500 ? `${text} ${word("reference")} ${reference}` : text;
  toast(sentence, { tone: "red", action: xhr.status >= 500 ? retry(event) : null });
});

// A login page never belongs inside a region: it means that the session is over.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (!xhr.responseURL || !new URL(xhr.responseURL).pathname.startsWith("/login/")) return;
  event.detail.shouldSwap = false;
  sessionOver(() => again(event.detail));
});

// Without JavaScript empty inputs go along; with it a plain GET form leaves them out as well.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "get" || form.matches("[hx-get]")) return;
  const empty = $$("input, select", form).filter((field) => !field.value && !field.disabled);
  empty.forEach((field) => {
    field.disabled = true;
  });
  setTimeout(() => empty.forEach((field) => {
    field.disabled = false;
  }));
});

// Offline is said at once and in place; forms keep their text.
const offline = () => $("#offline")?.toggleAttribute("hidden", navigator.onLine);
addEventListener("online", offline);
addEventListener("offline", offline);
offline();
