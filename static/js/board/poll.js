// Other people's changes: asked for every 5 s while somebody looks and nothing is held. Mostly the answer is 304.
import { board, anyBusy, isHeld } from "./moves.js";

const EVERY = 5000;
const isPoll = (event) => event.detail.elt?.matches?.("[data-board]") && event.detail.requestConfig?.verb === "get";
const isResting = () => !isHeld() && !anyBusy();

setInterval(() => {
  const region = board();
  if (region && document.visibilityState === "visible" && navigator.onLine && isResting())
    region.dispatchEvent(new CustomEvent("board:poll"));
}, EVERY);

// Set by hand, so that the browser hands the 304 on instead of answering from its cache.
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, verb, headers } = event.detail;
  if (elt.matches?.("[data-board]") && verb === "get") headers["If-None-Match"] = elt.dataset.etag;
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isPoll(event)) return;
  if (!isResting()) {
    // A drag began meanwhile: the old tag stays, the change is asked for again.
    event.detail.shouldSwap = false;
    event.preventDefault();
    return;
  }
  const tag = event.detail.xhr.getResponseHeader("ETag");
  if (tag) board().dataset.etag = tag;
});

// A poll that fails says nothing: the next one is on its way. Caught before requests.js makes a toast of it.
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"])
  window.addEventListener(
    name,
    (event) => {
      if (isPoll(event) && event.detail.xhr?.status !== 401) event.stopImmediatePropagation();
    },
    true,
  );

// Nobody waits for a poll: it neither dims the board nor draws the progress line (requests.js).
for (const name of ["htmx:beforeRequest", "htmx:afterRequest"])
  window.addEventListener(name, (event) => isPoll(event) && event.stopImmediatePropagation(), true);

// Too much happened at once, or a lane appeared: the whole board anew.
document.addEventListener("board:stale", () => {
  if (board() && isResting()) window.htmx.ajax("GET", location.pathname + location.search, { target: "#results", swap: "outerHTML" });
});
