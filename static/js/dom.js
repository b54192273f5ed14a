// What every other module needs: short look-ups, delegation, words in the reader's language, the live region.
// Holds no state and adds no listener, so that any module may import it, however often and by whatever address.

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Listens on the document, so that content swapped in later needs no set-up call. */
export const on = (type, selector, handle, options) =>
  document.addEventListener(
    type,
    (event) => {
      const element = event.target.closest?.(selector);
      if (element) handle(event, element);
    },
    options,
  );

/** A translated word of base.html's #words; scripts hold no text of their own. */
export const word = (name) => $("#words")?.dataset[name] ?? "";

/** Speaks through #live. Emptied first, because the same sentence twice would be read once. */
export const say = (text) => {
  const live = $("#live");
  if (!live) return;
  live.textContent = "";
  requestAnimationFrame(() => {
    live.textContent = text;
  });
};

export const isShown = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;

/** An icon of the page's sprite, for the few elements that scripts make. */
export const icon = (name) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
};

/** Local memory that may be missing (private window, full disk): then nothing is remembered, nothing breaks. */
export const memory = {
  get(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      if (value === null || value === "") localStorage.removeItem(key);
      else localStorage.setItem(key, value);
    } catch {
      /* not remembered */
    }
  },
};
