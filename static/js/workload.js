// Ticking many cases, and dragging cards on the board. Without scripts the same forms are sent by their buttons.
"use strict";

const ticks = [...document.querySelectorAll('input.tick[form="bulk"]')];
const said = document.querySelector("[data-ticked]");
const all = document.querySelector("[data-tick-all]");
const MOST = 200;

function sayTicked() {
  const count = ticks.filter((tick) => tick.checked).length;
  if (said) said.textContent = count === 0 ? "No case is selected." : `${count} selected${count > MOST ? `; at most ${MOST} are worked on at once` : ""}.`;
  if (all) all.textContent = count === ticks.length ? "Select none" : "Select all on this page";
}
for (const tick of ticks) tick.addEventListener("change", sayTicked);
if (all) {
  all.addEventListener("click", () => {
    const none = ticks.every((tick) => tick.checked);
    for (const tick of ticks) tick.checked = !none;
    sayTicked();
  });
}
if (ticks.length) sayTicked();

const board = document.querySelector("[data-board]");
if (board) {
  const voice = document.querySelector("[data-board-said]");
  let card = null;
  const leave = () => board.querySelectorAll(".is-over").forEach((column) => column.classList.remove("is-over"));
  board.addEventListener("dragstart", (event) => {
    card = event.target.closest(".board-card");
    if (!card) return;
    card.classList.add("is-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.id);
  });
  board.addEventListener("dragend", () => {
    if (card) card.classList.remove("is-dragged");
    card = null;
    leave();
  });
  board.addEventListener("dragover", (event) => {
    const column = event.target.closest(".board-column");
    if (!card || !column || !column.dataset.to || column.contains(card)) return;
    event.preventDefault();
    leave();
    column.classList.add("is-over");
  });
  board.addEventListener("drop", (event) => {
    const column = event.target.closest(".board-column");
    if (!card || !column || !column.dataset.to || column.contains(card)) return;
    event.preventDefault();
    const form = card.querySelector(".board-move");
    const to = form.querySelector("[data-board-to]");
    to.value = column.dataset.to;
    if (to.selectedOptions[0]?.hasAttribute("data-asks-why") && !form.elements.reason.value.trim()) {
      form.closest("details").open = true;
      form.elements.reason.focus();
      if (voice) voice.textContent = `Say why ${card.dataset.address} goes back to ${column.dataset.name}, then press Move.`;
      return;
    }
    if (voice) voice.textContent = `Moving ${card.dataset.address} to ${column.dataset.name}.`;
    form.requestSubmit();
  });
}
