// The day of the schedule: work is booked, moved and made longer or shorter with the mouse or with the keyboard. What is
// in the way is asked before anything is saved; what was saved is drawn by the server. Without this script the forms on
// each order's page do the same.
"use strict";

const WIDE = matchMedia("(min-width: 62rem)");
const grid = () => document.querySelector("[data-day-grid]");
const columns = () => [...grid().querySelectorAll("[data-resource]")];
const piecesOf = (column) => column.querySelector("[data-pieces]");
const quarterHeight = () => piecesOf(columns()[0]).offsetHeight / (Number(grid().dataset.last) - Number(grid().dataset.first));
let moving = null; // what is being moved: by the mouse or by keys, never two at once

// What the city's clocks show at a slot, read from the scale.
function clock(slot) {
  const hours = [...grid().querySelectorAll(".day-scale [data-slot]")];
  const hour = hours.findLast((one) => Number(one.dataset.slot) <= slot) || hours[0];
  const [, hh, again] = hour.textContent.trim().match(/^(\d\d):00( again)?$/) || [];
  const minutes = (slot - Number(hour.dataset.slot)) * 15;
  const shown = (Number(hh) * 60 + minutes + 1440) % 1440;
  const two = (number) => String(number).padStart(2, "0");
  return `${two(Math.floor(shown / 60))}:${two(shown % 60)}${(minutes < 60 && again) || ""}`;
}

function say(words, kind = "") {
  const line = document.createElement("p");
  line.className = kind;
  line.textContent = words;
  document.querySelector("[data-day-said]").replaceChildren(line);
}
const nameOf = (resource) => columns().find((one) => one.dataset.resource === resource)?.dataset.name || "";
const where = () => `${nameOf(moving.resource)}, ${clock(moving.slot)} to ${clock(moving.slot + moving.quarters)}`;

// ---- the server
async function send(address, values) {
  const body = new URLSearchParams({ ...values, csrf_token: grid().dataset.token });
  try {
    const answer = await fetch(address, { method: "POST", headers: { Accept: "application/json" }, body, signal: AbortSignal.timeout(15_000) });
    const told = await answer.json();
    return answer.ok ? told : { refusal: told[0]?.description || "The server refuses it." };
  } catch {
    return { refusal: "The server did not answer. Look where it stands now, then try again." };
  }
}

function wish() {
  const { booking, order, seen } = moving;
  const changed = moving.quarters === moving.origin.quarters ? {} : { minutes: moving.quarters * 15 };
  return { ...(booking ? { booking, seen } : { order }), resource: moving.resource, slot: moving.slot, ...changed };
}

// What is in the way where the ghost stands now; null when it went on meanwhile.
async function ask() {
  const mine = moving;
  const asked = JSON.stringify(wish());
  if (mine.asked === asked) return mine.answer;
  const told = await send(grid().dataset.ask, wish());
  if (moving !== mine || JSON.stringify(wish()) !== asked) return null;
  mine.asked = asked;
  mine.answer = told.refusal ?? told.words;
  return mine.answer;
}

let askTimer = 0;
function askSoon() {
  clearTimeout(askTimer);
  moving.ghost.classList.remove("is-in-the-way");
  say(`${where()}.`, "is-asking");
  if (isBack()) return;
  askTimer = setTimeout(async () => {
    const words = moving && (await ask());
    if (!moving || words === null) return;
    moving.ghost.classList.toggle("is-in-the-way", words !== "");
    const how = moving.byKeys ? "Enter books it." : "Let go to book it.";
    say(words === "" ? `${where()}: free. ${how}` : `${where()}: ${words}`, words === "" ? "" : "is-in-the-way");
  }, 120);
}

const isBack = () => moving.booking && ["resource", "slot", "quarters"].every((name) => moving[name] === moving.origin[name]);

async function finish() {
  if (isBack()) return leave("It stays where it was.");
  const words = await ask();
  if (words === null) return undefined;
  if (words !== "") {
    if (!moving.byKeys) leave();
    return say(`Not booked: ${words}`, "is-in-the-way"); // by keys it stays in hand, for another try
  }
  const { booking, byKeys, order, origin } = moving;
  const isResized = booking && moving.resource === origin.resource && moving.slot === origin.slot;
  moving.isSent = true;
  const saved = await send(isResized ? grid().dataset.resize : grid().dataset.place, wish());
  leave();
  await refresh();
  say(saved.refusal ?? saved.words, saved.refusal ? "is-in-the-way" : "");
  const place = document.getElementById(saved.booking ? `booking-${saved.booking}` : booking ? `booking-${booking}` : `order-${order}`);
  if (byKeys) (place?.querySelector("[data-move]") || document.querySelector(".day-scroll")).focus();
  return undefined;
}

// Everything again as it stands now, with whatever others did meanwhile.
async function refresh() {
  const page = await fetch(location.href).then((one) => (one.ok ? one.text() : "")).catch(() => "");
  const made = new DOMParser().parseFromString(page, "text/html");
  for (const name of ["[data-day-grid]", "[data-waiting-list]"]) {
    const fresh = made.querySelector(name);
    if (fresh && !moving) document.querySelector(name)?.replaceWith(fresh);
  }
}

// ---- the ghost: where the work would stand
function take(source, byKeys) {
  const { booking, order, seen = "", title, minutes } = source.dataset;
  const column = source.closest("[data-resource]") || columns()[0];
  const quarters = Number(source.dataset.quarters) || Math.ceil(Number(minutes) / 15);
  const slot = booking ? Number(source.dataset.slot) : firstFree(column, quarters);
  const origin = { resource: column.dataset.resource, slot, quarters };
  moving = { source, booking, order, seen, title, byKeys, origin, ...origin, asked: "", answer: "" };
  moving.isMovable = "movable" in source.dataset;
  moving.isResizable = "resizable" in source.dataset;
  moving.ghost = document.createElement("div");
  moving.ghost.className = "ghost";
  if (byKeys) {
    moving.ghost.tabIndex = -1;
    moving.ghost.setAttribute("role", "application");
    moving.ghost.setAttribute("aria-label", `${booking ? "Move" : "Place"} ${title}: arrow keys, Enter, Escape`);
  }
  source.classList.add("is-dragged");
  grid().append(moving.ghost);
  draw();
}

// The first place from now on in which the work might stand.
function firstFree(column, quarters) {
  const now = Number(grid().dataset.now);
  for (const piece of column.querySelectorAll(".piece-free, .piece-extra")) {
    const slot = Math.max(Number(piece.dataset.slot), now);
    if (slot + quarters <= Number(piece.dataset.slot) + Number(piece.dataset.quarters)) return slot;
  }
  return Math.max(Number(grid().dataset.first), Math.min(now, Number(grid().dataset.last) - quarters));
}

function draw() {
  const column = columns().find((one) => one.dataset.resource === moving.resource);
  const [pieces, quarter] = [piecesOf(column), quarterHeight()];
  const { style } = moving.ghost;
  style.left = `${column.offsetLeft + 2}px`;
  style.width = `${column.offsetWidth - 4}px`;
  style.top = `${column.offsetTop + pieces.offsetTop + (moving.slot - Number(grid().dataset.first)) * quarter}px`;
  style.height = `${moving.quarters * quarter}px`;
  moving.ghost.textContent = `${clock(moving.slot)}–${clock(moving.slot + moving.quarters)} ${moving.title}`;
}

function leave(words) {
  clearTimeout(askTimer);
  const { ghost, source } = moving;
  moving = null; // first: taking the ghost away takes the focus from it
  ghost.remove();
  source.classList.remove("is-dragged");
  document.documentElement.classList.remove("is-dragging");
  if (words) say(words);
}

function shift(change) {
  const [first, last] = [Number(grid().dataset.first), Number(grid().dataset.last)];
  Object.assign(moving, change);
  moving.quarters = Math.max(1, moving.quarters);
  if (moving.slot !== moving.origin.slot) moving.slot = Math.max(first, Math.min(last - 1, moving.slot));
  draw();
  askSoon();
}

// ---- keyboard
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (!button || moving || !WIDE.matches) return;
  take(button.closest("[data-booking], [data-order]"), true);
  moving.ghost.focus();
  moving.ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
  moving.ghost.addEventListener("blur", () => moving?.byKeys && !moving.isSaving && leave("Left as it was."));
  const how = moving.isResizable ? "Arrow keys move it, with Shift up and down they make it shorter or longer" : "Arrow keys move it";
  say(`«${moving.title}» is in hand at ${where()}. ${how}; Enter books, Escape leaves it. Or point at its new place, and then at it.`);
});

// In hand it also goes where one taps or clicks, and stays with a tap on itself: a tablet has no arrow keys.
for (const kind of ["pointerdown", "mousedown"]) {
  document.addEventListener(kind, (event) => {
    if (!moving?.byKeys || !event.target.closest("[data-day-grid]")) return;
    event.preventDefault(); // the ghost keeps the focus
    const column = event.target.closest("[data-resource]");
    if (kind === "mousedown" || moving.isSaving) return;
    if (event.target === moving.ghost) save();
    else if (column && moving.isMovable) shift({ resource: column.dataset.resource, slot: Math.floor(slotUnder(column, event.clientY)) });
  });
}

document.addEventListener("click", (event) => moving?.byKeys && event.target.closest("[data-day-grid]") && event.preventDefault(), { capture: true });

async function save() {
  if (moving.isSaving) return;
  moving.isSaving = true;
  await finish();
  if (moving) moving.isSaving = false;
}

function pressed(key, isLength) {
  const steps = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -1, ArrowRight: 1 };
  const step = steps[key];
  if (isLength && (key === "ArrowUp" || key === "ArrowDown")) {
    if (moving.isResizable) return shift({ quarters: moving.quarters + step });
    return say(moving.booking ? "How long this takes cannot be changed any more." : "Book it first; then its length can be changed.");
  }
  if (!moving.isMovable) return say("This work is under way: with Shift, up and down change how long it takes.");
  if (key === "ArrowUp" || key === "ArrowDown") return shift({ slot: moving.slot + step });
  const all = columns().map((one) => one.dataset.resource);
  const next = all[all.indexOf(moving.resource) + step];
  return next ? shift({ resource: next }) : say(`${nameOf(moving.resource)} is the ${step < 0 ? "first" : "last"} on this page.`);
}

document.addEventListener("keydown", (event) => {
  if (!moving) return;
  if (event.key === "Escape" && !moving.isSent) {
    const { byKeys, source } = moving;
    leave("Left as it was.");
    if (byKeys) source.querySelector("[data-move]").focus();
  } else if (moving.byKeys && event.key === "Enter") {
    event.preventDefault();
    save();
  } else if (moving.byKeys && event.key.startsWith("Arrow") && !moving.isSaving) {
    event.preventDefault();
    pressed(event.key, event.shiftKey);
    moving.ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
});

// ---- mouse
let press = null;
document.addEventListener("pointerdown", (event) => {
  const source = event.target.closest("[data-booking], [data-order]");
  if (!source || moving || event.button !== 0 || event.pointerType === "touch" || !WIDE.matches || event.target.closest("button")) return;
  const isEdge = Boolean(event.target.closest("[data-edge]"));
  if (!isEdge && !("movable" in source.dataset)) return;
  event.preventDefault(); // no text is selected, no link dragged away
  press = { source, isEdge, x: event.clientX, y: event.clientY };
});

function columnAt(x) {
  return columns().find((one) => {
    const box = one.getBoundingClientRect();
    return box.left <= x && x < box.right;
  });
}

function slotUnder(column, y) {
  return Number(grid().dataset.first) + (y - piecesOf(column).getBoundingClientRect().top) / quarterHeight();
}

document.addEventListener("pointermove", (event) => {
  if (press && !moving && Math.hypot(event.clientX - press.x, event.clientY - press.y) > 4) {
    take(press.source, false);
    moving.isEdge = press.isEdge;
    moving.grip = moving.booking ? slotUnder(columns()[0], press.y) - moving.slot : 0;
    document.documentElement.classList.add("is-dragging");
  }
  if (!moving || moving.byKeys || moving.isSaving) return;
  scrollAlong(event.clientY);
  if (moving.isEdge) {
    const end = Math.round(slotUnder(columns()[0], event.clientY));
    if (end - moving.slot !== moving.quarters) shift({ quarters: end - moving.slot });
    return;
  }
  const column = columnAt(event.clientX);
  moving.isOver = Boolean(column);
  moving.ghost.hidden = !column;
  if (!column) return;
  const [resource, slot] = [column.dataset.resource, Math.round(slotUnder(column, event.clientY) - moving.grip)];
  if (resource !== moving.resource || slot !== moving.slot || moving.asked === "") shift({ resource, slot });
});

// Near its edge the day goes on under the mouse.
function scrollAlong(y) {
  const scroller = document.querySelector(".day-scroll");
  const box = scroller.getBoundingClientRect();
  if (y > box.bottom - 36) scroller.scrollTop += 12;
  else if (y < box.top + 72) scroller.scrollTop -= 12;
}

document.addEventListener("pointerup", () => {
  press = null;
  if (!moving || moving.byKeys || moving.isSaving) return;
  const stay = (event) => event.preventDefault(); // the link on which the mouse was let go is not followed
  document.addEventListener("click", stay, { capture: true, once: true });
  setTimeout(() => document.removeEventListener("click", stay, { capture: true }), 0);
  if (!moving.isEdge && !moving.isOver) {
    leave("Left as it was.");
    return;
  }
  save();
});

// ---- work that waits, found while one types
let findTimer = 0;
document.addEventListener("input", (event) => {
  if (!event.target.closest("[data-find-work]")) return;
  clearTimeout(findTimer);
  findTimer = setTimeout(() => {
    const address = new URL(location.href);
    address.searchParams.set("work", event.target.value);
    history.replaceState(null, "", address);
    refresh();
  }, 300);
});
