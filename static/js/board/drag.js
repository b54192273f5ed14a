// Dragging: a mouse lifts a card after 6 px, a finger after 280 ms at rest (moving earlier scrolls). Esc cancels.
import { $$, say } from "../dom.js";
import { board, canMove, hold, isBusy, laneOf, listOf, placeOf, putBack, send, takes } from "./moves.js";

const SLACK = 6; // px
const PRESS = 280; // ms
const EDGE = 48; // px from the board's edge where it scrolls
const STEP = 12; // px per frame
const MUTE = 50; // ms after a drop in which the browser's click is not a click

let drag = null;
let isMuted = false;

const mark = (lane) => {
  $$("[data-over]").forEach((other) => other !== lane && other.removeAttribute("data-over"));
  lane?.setAttribute("data-over", "");
};

function lift(x, y) {
  const box = drag.card.getBoundingClientRect();
  const ghost = drag.card.cloneNode(true);
  for (const element of [ghost, ...$$("[id], [data-testid]", ghost)]) {
    element.removeAttribute("id");
    element.removeAttribute("data-testid");
  }
  ghost.classList.add("deal--ghost");
  ghost.setAttribute("aria-hidden", "true");
  ghost.style.width = `${box.width}px`;
  Object.assign(drag, { ghost, isLive: true, dx: drag.x - box.left, dy: drag.y - box.top });
  document.body.append(ghost);
  hold(drag.card);
  drag.card.setAttribute("data-dragging", "");
  document.documentElement.classList.add("dragging-now");
  follow(x, y);
  requestAnimationFrame(scroll);
}

function follow(x, y) {
  Object.assign(drag, { px: x, py: y });
  drag.ghost.style.transform = `translate(${x - drag.dx}px, ${y - drag.dy}px)`;
  const lane = document.elementFromPoint(x, y)?.closest(".lane");
  if (!lane) {
    mark(null);
    return;
  }
  if (!takes(lane) && lane !== drag.place.lane) {
    mark(null);
    putBack(drag.card, drag.place);
    return;
  }
  mark(lane);
  const isBelow = (card) => {
    const box = card.getBoundingClientRect();
    return y < box.top + box.height / 2;
  };
  const next = $$(".deal:not([data-dragging])", lane).find(isBelow) ?? null;
  if (laneOf(drag.card) !== lane || drag.card.nextElementSibling !== next) listOf(lane).insertBefore(drag.card, next);
}

function scroll() {
  if (!drag?.isLive) return;
  const region = board();
  const box = region.getBoundingClientRect();
  if (drag.px > box.right - EDGE) region.scrollLeft += STEP;
  else if (drag.px < box.left + EDGE) region.scrollLeft -= STEP;
  requestAnimationFrame(scroll);
}

function drop({ isCancelled = false } = {}) {
  if (!drag) return;
  const { card, place, ghost, isLive, press } = drag;
  drag = null;
  clearTimeout(press);
  if (!isLive) return;
  hold(null);
  ghost.remove();
  card.removeAttribute("data-dragging");
  document.documentElement.classList.remove("dragging-now");
  mark(null);
  isMuted = true;
  setTimeout(() => {
    isMuted = false;
  }, MUTE);
  const lane = laneOf(card);
  if (isCancelled || lane === place.lane) {
    putBack(card, place);
    if (isCancelled) say(board().dataset.cancelled);
    return;
  }
  send(card, lane, place);
}

document.addEventListener("pointerdown", (event) => {
  const card = event.target.closest?.("[data-board] .deal");
  if (!card || event.button || event.target.closest(".deal__move") || !canMove(card) || isBusy(card)) return;
  const isTouch = event.pointerType !== "mouse";
  drag = { card, isTouch, pointer: event.pointerId, x: event.clientX, y: event.clientY, place: placeOf(card) };
  if (!isTouch) return;
  drag.press = setTimeout(() => {
    if (!drag) return;
    navigator.vibrate?.(10);
    lift(drag.x, drag.y);
  }, PRESS);
});
document.addEventListener("pointermove", (event) => {
  if (!drag || event.pointerId !== drag.pointer) return;
  if (!drag.isLive) {
    if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) <= SLACK) return;
    if (drag.isTouch) {
      drop();
      return;
    }
    lift(event.clientX, event.clientY);
  }
  follow(event.clientX, event.clientY);
});
document.addEventListener("pointerup", () => drop());
document.addEventListener("pointercancel", () => drop({ isCancelled: true }));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && drag?.isLive) drop({ isCancelled: true });
});

// The browser's own gestures on a card would end ours.
document.addEventListener("touchmove", (event) => drag?.isLive && event.preventDefault(), { passive: false });
document.addEventListener("dragstart", (event) => event.target.closest?.(".deal") && event.preventDefault());
document.addEventListener("contextmenu", (event) => drag?.isTouch && event.preventDefault());
document.addEventListener(
  "click",
  (event) => {
    if (!isMuted || !event.detail || !event.target.closest?.(".deal")) return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);
