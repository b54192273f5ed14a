// Moving a card. Optimistic: the card lands at once; the server's answer says (data-lane) where it really is, and the
// card follows. Nothing here knows stages, sums or rules: refusal, stale move, undo and other people's changes are one.
import { $, $$, on, say } from "../dom.js";

export const board = () => $("[data-board]");
export const lanes = () => $$(".lane");
export const laneOf = (card) => card.closest(".lane");
export const laneByKey = (key) => $(`.lane[data-lane="${CSS.escape(key)}"]`);
export const listOf = (lane) => $(".lane__list", lane);
export const linkOf = (card) => $(".deal__link", card);
export const canMove = (card) => Boolean($(".deal__move", card));
export const takes = (lane) => lane.hasAttribute("data-drop");

/** Where a card stands, to put it back there. */
export const placeOf = (card) => ({ lane: laneOf(card), next: card.nextElementSibling });

export function putBack(card, place) {
  if (place.next?.parentNode === listOf(place.lane)) place.next.before(card);
  else listOf(place.lane).append(card);
}

// card id -> the place it came from, while its move is under way: one move per card at a time
const busy = new Map();
export const isBusy = (card) => busy.has(card.id);
export const anyBusy = () => busy.size > 0;

// The card in the reader's hand, if any (set by drag.js): neither swapped nor polled away.
let held = null;
export const hold = (card) => {
  held = card;
};
export const isHeld = () => held !== null;

/** Puts the card on top of the lane and sends the move. `focus` keeps the focus on the card. */
export function move(card, lane, { focus = false } = {}) {
  if (isBusy(card)) return Promise.resolve();
  if (!takes(lane)) {
    say(board().dataset.fixed);
    return Promise.resolve();
  }
  const place = placeOf(card);
  if (place.lane !== lane) listOf(lane).prepend(card);
  return send(card, lane, place, { focus });
}

/** Sends a move whose card stands in its new lane already. Without an answer the card goes back. */
export async function send(card, lane, place, { focus = false } = {}) {
  const { id } = card;
  const link = () => document.getElementById(id) && linkOf(document.getElementById(id));
  if (lane.dataset.lane === card.dataset.lane || busy.has(id)) {
    if (focus) link()?.focus();
    return;
  }
  busy.set(id, place);
  if (focus) link()?.focus();
  say(`${linkOf(card).textContent}: ${board().dataset.moved.replace("{lane}", lane.dataset.label)}`);
  const status = await post(card, lane);
  busy.delete(id);
  const now = document.getElementById(id);
  // What went wrong was said by requests.js; 403, 409 and 422 brought the card as it is.
  if (now && (status === 0 || status === 404 || status === 400 || status >= 500)) putBack(now, place);
  if (focus && !$("dialog[open]")) link()?.focus();
}

/** The answer's status; 0 when there was none. */
async function post(card, lane) {
  const path = `${board().dataset.path}${card.dataset.pk}/move/`;
  let status = 0;
  const answered = (event) => {
    if (event.detail.pathInfo?.requestPath === path) ({ status } = event.detail.xhr);
  };
  document.addEventListener("htmx:afterRequest", answered);
  try {
    const values = { group: board().dataset.group, lane: lane.dataset.lane, version: card.dataset.version };
    await window.htmx.ajax("POST", path, { source: board(), target: board(), swap: "none", values });
  } catch {
    /* the events say it */
  } finally {
    document.removeEventListener("htmx:afterRequest", answered);
  }
  return status;
}

// The server's card names its lane: the old element goes there before htmx replaces it by id.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const card = event.detail.target;
  if (!card?.matches?.(".deal")) return;
  // A card that is taken out comes without a successor.
  const fresh = event.detail.fragment?.firstElementChild;
  const key = fresh?.dataset.lane;
  const isSame = fresh?.dataset?.version === card.dataset.version && key === laneOf(card)?.dataset.lane;
  if (held === card || (key && isSame && card.dataset.lane === key)) {
    event.preventDefault();
    event.detail.shouldSwap = false;
    return;
  }
  const lane = key && laneByKey(key);
  if (!lane || laneOf(card) === lane) return;
  const from = busy.get(card.id);
  if (from?.lane === lane) putBack(card, from);
  else listOf(lane).prepend(card);
});

// A card that was not on this screen goes on top of its lane; one of a lane that is not here asks for the whole board.
document.addEventListener("htmx:oobErrorNoTarget", (event) => {
  const card = event.detail.content;
  if (!card?.matches?.(".deal[data-lane]")) return;
  const lane = laneByKey(card.dataset.lane);
  if (!lane) {
    document.dispatchEvent(new CustomEvent("board:stale"));
    return;
  }
  card.removeAttribute("hx-swap-oob");
  if (lane.hasAttribute("data-folded")) return;
  listOf(lane).prepend(card);
  window.htmx.process(card);
});

// A card that went into a folded lane cannot take the focus back from the dialog: the lane's own control does.
document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, xhr } = event.detail;
  if (!elt.matches?.("#dialog [data-return]") || xhr.status >= 300) return;
  const lane = document.getElementById(elt.dataset.return)?.closest(".lane[data-folded]");
  if (lane) $("[data-fold]", lane)?.focus({ preventScroll: true });
});

// Won and lost are folded: the first click loads and shows their cards, the next one folds them again.
on(
  "click",
  "[data-fold]",
  (event, link) => {
    const lane = laneOf(link);
    if (lane.hasAttribute("data-folded")) {
      lane.removeAttribute("data-folded");
      link.setAttribute("aria-expanded", "true");
      return;
    }
    lane.setAttribute("data-folded", "");
    link.setAttribute("aria-expanded", "false");
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);
