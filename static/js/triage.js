// The clocks of the triage pages: each shows how long ago its instant was, by the server's clock, and says when it is late.
"use strict";

const clocks = document.querySelectorAll("[data-since]");
const server = document.querySelector("[data-now]");
if (clocks.length && server) {
  const ahead = Date.now() - Date.parse(server.dataset.now);
  const two = (number) => String(number).padStart(2, "0");
  const words = (ms) => {
    const seconds = Math.max(0, Math.floor(ms / 1000));
    const clock = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    const hours = Math.floor(seconds / 3600);
    if (hours >= 24) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
    return hours ? `${hours}:${clock}` : clock;
  };
  const tick = () => {
    const now = Date.now() - ahead;
    for (const clock of clocks) {
      clock.textContent = words(now - Date.parse(clock.dataset.since));
      if (clock.dataset.due) clock.classList.toggle("is-late", now > Date.parse(clock.dataset.due));
    }
  };
  tick();
  setInterval(tick, 1000);
}
