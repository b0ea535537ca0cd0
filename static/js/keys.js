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
    } else if (element.matches("details, div")) {
      element.open = true;
      element.querySelector("input:not([type=hidden]), textarea, select")?.focus();
    } else if (types(element)) {
      element.focus();
      element.select?.();
    } else {
      element.click();
    }
  };

  // Of several alike, such as types to file, n opens the next and b the one before; its own keys work while it is open.
  const steps = [...document.querySelectorAll("details[data-step]")];
  const current = () => steps.find((one) => one.contains(document.activeElement)) ?? steps.find((one) => one.open);
  const go = (way) => {
    const at = steps.indexOf(current());
    const next = at < 0 ? 0 : (at + way + steps.length) % steps.length;
    for (const one of steps) one.open = one === steps[next];
    steps[next].querySelector("summary").focus();
  };
  const meant = (key) => {
    const name = CSS.escape(key);
    return current()?.querySelector(`[data-step-key="${name}"]`) ?? document.querySelector(`[data-key="${name}"]`);
  };

  document.addEventListener("keydown", (event) => {
    if (off || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || types(event.target)) return;
    const key = event.key.toLowerCase();
    const way = { n: 1, b: -1 }[key];
    const wanted = meant(key);
    if (way && steps.length) go(way);
    else if (wanted?.checkVisibility()) press(wanted);
    else return;
    event.preventDefault();
  });

  for (const button of document.querySelectorAll("[data-choose]")) {
    button.addEventListener("click", () => {
      document.getElementById(button.dataset.in).value = button.dataset.choose;
    });
  }

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
