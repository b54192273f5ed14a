// Focus never falls to <body>. htmx gives it back by id for what it swaps itself; the rest is here: out-of-band
// parts, removed elements, closed dialogs. So everything focusable in a swapped region carries a stable id.
import { $ } from "./dom.js";

const FOCUSABLE = "a[href], button:not([disabled]), input:not([type=hidden]), select, textarea, [tabindex]";
let held = null;

const remember = () => {
  const id = document.activeElement?.id;
  if (id) held = id;
};
document.addEventListener("htmx:beforeRequest", remember);
document.addEventListener("htmx:beforeSwap", remember);

function nearest(element) {
  if (!element?.isConnected || element.matches("#toasts, [data-board], body")) return null;
  return $("[autofocus]", element) ?? (element.matches(FOCUSABLE) ? element : $(FOCUSABLE, element));
}

document.addEventListener("htmx:afterSettle", (event) => {
  const active = document.activeElement;
  if (active && active !== document.body && active.isConnected) return;
  const target = (held && document.getElementById(held)) || nearest(event.detail.elt) || $("#results") || $("#main");
  target?.focus({ preventScroll: true });
});
