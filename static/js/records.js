// What every list page adds: a second sort key by Shift-click, and a list that loads itself anew when it changed.
import { on } from "./dom.js";

// Shift-click on a column head adds the column as a second key instead of replacing the first.
on(
  "click",
  "th a[data-more]",
  (event, link) => {
    if (!event.shiftKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    window.htmx
      .ajax("GET", link.dataset.more, { target: "#results", swap: "outerHTML" })
      .then(() => history.pushState({}, "", link.dataset.more));
  },
  true,
);

document.addEventListener("list:changed", () => {
  window.htmx.ajax("GET", location.pathname + location.search, { target: "#results", swap: "outerHTML" });
});
