// Small comforts; every page works without them.
"use strict";

const root = document.documentElement;

document.querySelector("[data-theme-toggle]")?.addEventListener("click", () => {
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const next = (root.dataset.theme || system) === "dark" ? "light" : "dark";
  root.dataset.theme = next;
  try {
    localStorage.setItem("theme", next);
  } catch {
    // Not remembered where storage is forbidden.
  }
});

const menuButton = document.querySelector("[data-menu-toggle]");
function showMenu(open) {
  menuButton.setAttribute("aria-expanded", String(open));
  document.getElementById("site-menu").classList.toggle("is-open", open);
}
menuButton?.addEventListener("click", () => showMenu(menuButton.getAttribute("aria-expanded") !== "true"));

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (menuButton?.getAttribute("aria-expanded") === "true") {
    showMenu(false);
    menuButton.focus();
  }
  for (const open of document.querySelectorAll("details[data-closes][open]")) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

// What unfolds over the page folds again when one goes on elsewhere.
function foldOthers(here) {
  for (const open of document.querySelectorAll("details[data-closes][open]")) {
    if (!open.contains(here)) open.open = false;
  }
}
document.addEventListener("click", (event) => foldOthers(event.target));
document.addEventListener("keyup", (event) => event.key === "Tab" && foldOthers(document.activeElement));

document.querySelector("[data-focus]")?.focus();

// A form that cannot be undone asks first; any form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) {
    event.preventDefault();
    return;
  }
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});
// Coming back to a page with the browser's own button: its forms may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Staff: warn five minutes before the idle limit, and extend it with one click.
const warning = document.querySelector("[data-idle-warning]");
if (warning) {
  const quietMs = 25 * 60 * 1000;
  let timer = 0;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      warning.hidden = false;
      warning.querySelector("[data-idle-stay]").focus();
    }, quietMs);
  };
  warning.querySelector("[data-idle-stay]").addEventListener("click", async () => {
    const answer = await fetch(warning.dataset.stay, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      warning.hidden = true;
      wait();
    } else {
      warning.querySelector("p").textContent = "You are signed out. Open a second tab, sign in there, then go on here.";
    }
  });
  wait();
}

// A link that is shown once is selected with one click.
for (const input of document.querySelectorAll("[data-select]")) {
  input.addEventListener("focus", () => input.select());
}
