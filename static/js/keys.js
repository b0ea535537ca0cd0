// Single keys that press what the page shows beside them. Off while somebody types, and for good where she says so.
"use strict";

(() => {
  const page = document.documentElement;
  const remembered = "keys-off";
  const read = () => {
    try {
      return localStorage.getItem(remembered) === "yes";
    } catch {
      return false; // Not remembered where storage is forbidden.
    }
  };
  let off = read();
  const switches = document.querySelectorAll("[data-keys-switch]");
  const show = () => {
    page.classList.toggle("keys-off", off);
    for (const one of switches) one.textContent = off ? "Switch single keys on" : "Switch single keys off";
  };
  show();
  for (const one of switches) {
    one.addEventListener("click", () => {
      off = !off;
      try {
        localStorage.setItem(remembered, off ? "yes" : "no");
      } catch {
        // As above.
      }
      show();
    });
  }

  const PRESSED = new Set(["radio", "checkbox", "button", "submit"]);
  const types = (element) =>
    element.isContentEditable || ["TEXTAREA", "SELECT"].includes(element.tagName) ||
    (element.tagName === "INPUT" && !PRESSED.has(element.type));

  const press = (element) => {
    if (element.matches("input[type=radio], input[type=checkbox]")) {
      element.checked = element.type === "radio" || !element.checked;
      element.focus();
    } else if (element.matches("details")) {
      element.open = true;
      element.querySelector("input:not([type=hidden]), textarea, select")?.focus();
    } else if (types(element)) {
      element.focus();
      if (element.select) element.select();
    } else {
      element.click();
    }
  };

  document.addEventListener("keydown", (event) => {
    if (off || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || types(event.target)) return;
    const wanted = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!wanted || !wanted.checkVisibility()) return;
    event.preventDefault();
    press(wanted);
  });

  // One of several alike: the key opens the next of them, its sister the one before.
  const steps = [...document.querySelectorAll("details[data-step]")];
  document.addEventListener("keydown", (event) => {
    if (off || event.ctrlKey || event.altKey || event.metaKey || types(event.target)) return;
    const way = { n: 1, b: -1 }[event.key.toLowerCase()];
    if (!way || !steps.length) return;
    event.preventDefault();
    const at = steps.findIndex((one) => one.contains(document.activeElement));
    const next = at < 0 ? (way > 0 ? 0 : steps.length - 1) : (at + way + steps.length) % steps.length;
    press(steps[next]);
  });
  // Out of a form without the mouse, so that the keys work again.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !types(event.target)) return;
    const step = event.target.closest("details");
    if (step) step.querySelector("summary").focus();
    else event.target.blur();
  });

  // One tick for every row of a list.
  const every = document.querySelector("[data-tick-all]");
  every?.addEventListener("change", () => {
    for (const box of document.querySelectorAll(`input[name="${CSS.escape(every.dataset.tickAll)}"]`)) box.checked = every.checked;
  });
})();
