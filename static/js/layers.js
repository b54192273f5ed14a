// What lies above the page: the shared dialog, drawers, and menus beside the button that opened them.
import { $, $$, isShown, on } from "./dom.js";

/* --- dialogs: native <dialog>; #dialog takes whatever the server puts into #dialog-body --- */
const FIRST = "[autofocus], [aria-invalid=true], input:not([type=hidden], [disabled]), select, textarea";
let returnTo = null;

export function openDialog(dialog) {
  if (!dialog || dialog.open) return;
  // Closing a menu gives the focus back to its button, which is still there when the dialog closes.
  $$(".menu:popover-open").forEach((menu) => menu.hidePopover());
  returnTo = document.activeElement?.id || null;
  dialog.showModal();
}

function filled(target) {
  if (target?.id !== "dialog-body") return;
  const dialog = $("#dialog");
  if (!dialog.open) openDialog(dialog);
  // A board or list may name the control that the reader came from.
  returnTo = $("[data-return]", dialog)?.dataset.return ?? returnTo;
  const first = $(FIRST, dialog) ?? $("h2", dialog);
  if (first?.matches("h2")) first.tabIndex = -1;
  first?.focus();
}
document.addEventListener("htmx:oobAfterSwap", (event) => filled(event.detail.target));
document.addEventListener("htmx:afterSwap", (event) => filled(event.detail.target));

on("click", "[data-open]", (event, button) => openDialog(document.getElementById(button.dataset.open)));
on("click", "[data-close]", (event, button) => button.closest("dialog")?.close());
document.addEventListener(
  "close",
  (event) => {
    const dialog = event.target;
    if (!dialog.matches?.("dialog")) return;
    if (dialog.id === "dialog") $("#dialog-body").replaceChildren();
    const active = document.activeElement;
    if (active && active !== document.body) return;
    ((returnTo && document.getElementById(returnTo)) || $("#main"))?.focus({ preventScroll: true });
  },
  true,
);
// A form in the dialog that the server accepted closes it; a refused one (422, 409) came back into it.
document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, xhr } = event.detail;
  if (!elt.matches?.("[data-closes]") || xhr.status >= 300) return;
  const back = elt.dataset.return;
  elt.closest("dialog")?.close();
  if (back) document.getElementById(back)?.focus({ preventScroll: true });
});
// A drawer shows beside the page, so a click on the page closes it. A dialog holds typed text and stays.
document.addEventListener("click", (event) => {
  if (!event.target.matches?.("dialog.drawer[open]")) return;
  const box = event.target.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside) event.target.close();
});

/* --- menus: native popover, placed here; arrows, Home, End, first letter --- */
let invoker = null;
/** The button that opened the menu: a card's Move button, a cell. */
export const menuInvoker = () => invoker;

/** Opens a menu beside a control that is not its button: a link that leads to a page without JavaScript. */
export function openMenu(menu, control) {
  invoker = control;
  menu.showPopover();
}

on(
  "click",
  "[popovertarget]",
  (event, button) => {
    // From one menu into the next: both belong to the button that opened the first.
    if (!button.closest(".menu")) invoker = button;
  },
  true,
);
on("click", '.menu [role^="menuitem"]', (event, item) => item.closest(".menu").hidePopover());

const items = (menu) => $$('[role^="menuitem"]:not([disabled])', menu).filter(isShown);

function place(menu) {
  const at = invoker.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = at.bottom + 4;
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  menu.style.top = `${below + height > innerHeight - 8 ? Math.max(8, at.top - height - 4) : below}px`;
}

document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!menu.matches?.(".menu") || !invoker) return;
    const open = event.newState === "open";
    invoker.setAttribute("aria-expanded", String(open));
    if (!open) return;
    place(menu);
    const all = items(menu);
    (all.find((item) => item.getAttribute("aria-checked") === "true") ?? all[0])?.focus();
  },
  true,
);

on("keydown", "[popovertarget][aria-haspopup=menu]", (event, button) => {
  if (event.key !== "ArrowDown") return;
  event.preventDefault();
  const menu = document.getElementById(button.getAttribute("popovertarget"));
  if (menu?.matches(":popover-open")) items(menu)[0]?.focus();
  else button.click();
});

on("keydown", ".menu", (event, menu) => {
  const all = items(menu);
  const index = all.indexOf(document.activeElement);
  const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: all.length - 1 }[event.key];
  if (next !== undefined) {
    event.preventDefault();
    all.at(next % all.length)?.focus();
  } else if (event.key === "Tab") menu.hidePopover();
  else if (event.key.length === 1 && /\S/.test(event.key)) {
    const letter = event.key.toLowerCase();
    const rest = [...all.slice(index + 1), ...all.slice(0, index + 1)];
    rest.find((item) => item.textContent.trim().toLowerCase().startsWith(letter))?.focus();
    event.preventDefault();
  }
});
addEventListener("resize", () => $$(".menu:popover-open").forEach((menu) => menu.hidePopover()));
