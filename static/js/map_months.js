// The months as a slider: the map follows while it moves, list and address when it rests. Without scripts it is a list.
"use strict";
{
  const { map, frame, words, showMonth } = window.caseMap;
  const field = document.querySelector("[data-months]");
  const select = document.getElementById("month");
  const chosen = document.querySelector("[data-months-chosen]");
  const share = document.querySelector("[data-fresh-value]");

  // ---- this view in its address
  // The place on the map is only in the address to share, and only once somebody has moved the map herself.
  let at = "";
  function writeShare() {
    if (!share) return;
    const address = new URL(share.value);
    if (at) address.searchParams.set("at", at);
    else address.searchParams.delete("at");
    share.value = address.href.replaceAll("%2C", ",");
  }
  function changeAddress(changes) {
    for (const address of share ? [new URL(location.href), new URL(share.value)] : [new URL(location.href)]) {
      for (const [name, value] of Object.entries(changes)) {
        if (value) address.searchParams.set(name, value);
        else address.searchParams.delete(name);
      }
      if (address.origin === location.origin && address.pathname === location.pathname && !address.searchParams.has("at")) history.replaceState(null, "", address);
      if (share) share.value = address.href;
    }
  }
  let isHers = false;
  for (const event of ["pointerdown", "wheel", "keydown"]) frame.addEventListener(event, () => (isHers = true), { passive: true });
  map.on("moveend", () => {
    if (!isHers) return;
    const { lat, lng } = map.getCenter();
    at = window.caseMap.isNear ? "" : `${lat.toFixed(5)},${lng.toFixed(5)},${map.getZoom()}`;
    writeShare();
  });

  // ---- the list as the server writes it for this address
  let reading = new AbortController();
  async function refresh() {
    reading.abort();
    reading = new AbortController();
    const address = new URL(location.href);
    address.searchParams.delete("page");
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: reading.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of document.querySelectorAll("[data-fresh]")) {
        const fresh = page.querySelector(`[data-fresh="${part.dataset.fresh}"]`);
        if (fresh) part.replaceWith(document.adoptNode(fresh));
      }
    } catch (error) {
      if (error.name !== "AbortError") location.reload();
    }
  }

  // ---- the slider: the oldest month on the left, any month on the right
  const months = [...select.options].reverse();
  const slider = makeElement("input", "months-slider");
  Object.assign(slider, { type: "range", min: 0, max: months.length - 1, step: 1, id: "month-slider" });
  field.querySelector("label").htmlFor = slider.id;
  slider.setAttribute("aria-describedby", "months-chosen");
  chosen.id = "months-chosen";
  const bars = [...document.querySelectorAll("[data-month-bar]")];
  function say() {
    const option = months[slider.value];
    slider.setAttribute("aria-valuetext", option.text);
    chosen.textContent = option.text;
    for (const bar of bars) bar.classList.toggle("is-chosen", !option.value || bar.dataset.monthBar === option.value);
  }
  slider.value = months.findIndex((option) => option.selected);
  const slide = field.querySelector("[data-months-slide]");
  slide.append(slider);
  slide.hidden = chosen.hidden = false;
  select.hidden = true;
  say();

  let waiting = 0;
  slider.addEventListener("input", () => {
    const { value } = months[slider.value];
    select.value = value;
    say();
    clearTimeout(waiting);
    waiting = setTimeout(() => showMonth(value), 120);
  });
  slider.addEventListener("change", () => {
    changeAddress({ month: select.value, page: "", at: "" });
    refresh();
  });

  window.caseMap.changeAddress = changeAddress;
}
