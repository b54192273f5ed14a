// Keys on a card and the Move menu: arrows go between cards, Shift and an arrow moves the card, M opens the menu.
import { $, $$, on, say } from "../dom.js";
import { menuInvoker, openMenu } from "../layers.js";
import { board, canMove, laneByKey, laneOf, lanes, linkOf, move, takes } from "./moves.js";

const SIDE = { ArrowLeft: -1, ArrowRight: 1 };
const LINE = { ArrowUp: -1, ArrowDown: 1 };

/** Without JavaScript the Move control leads to a small form; here it opens the menu. */
on("click", ".deal__move", (event, control) => {
  event.preventDefault();
  const menu = $("#move-menu");
  const key = laneOf(control).dataset.lane;
  $$("[data-move-to]", menu).forEach((item) => item.setAttribute("aria-checked", String(item.dataset.moveTo === key)));
  openMenu(menu, control);
});

on("click", "[data-move-to]", (event, item) => {
  const card = menuInvoker()?.closest(".deal");
  item.closest("[popover]").hidePopover();
  if (card) move(card, laneByKey(item.dataset.moveTo), { focus: true });
});

function goAside(card, step) {
  const all = lanes();
  const height = $$(".deal", card.parentNode).indexOf(card);
  for (let at = all.indexOf(laneOf(card)) + step; all[at]; at += step) {
    const cards = all[at].hasAttribute("data-folded") ? [] : $$(".deal", all[at]);
    if (cards.length) {
      linkOf(cards[Math.min(height, cards.length - 1)]).focus();
      return;
    }
  }
}

function goAlong(card, step) {
  const cards = $$(".deal", card.parentNode);
  const next = cards[cards.indexOf(card) + step];
  if (next) linkOf(next).focus();
}

function moveAside(card, step) {
  if (!canMove(card)) return;
  const all = lanes();
  const next = all[all.indexOf(laneOf(card)) + step];
  if (next && takes(next)) move(card, next, { focus: true });
  else say(board().dataset.last);
}

on("keydown", "[data-board] .deal", (event, card) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const side = SIDE[event.key];
  const line = LINE[event.key];
  if (event.key.toLowerCase() === "m" && canMove(card)) $(".deal__move", card).click();
  else if (side && event.shiftKey) moveAside(card, side);
  else if (side) goAside(card, side);
  else if (line && !event.shiftKey) goAlong(card, line);
  else return;
  event.preventDefault();
});
