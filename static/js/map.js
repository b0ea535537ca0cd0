// The public map: the cases that the server has gathered, on the city's own basemap.
"use strict";
{
  const { map, layers } = window.cityMap;
  const frame = document.getElementById("map_city");
  const words = JSON.parse(frame.dataset.words);
  const status = document.querySelector("[data-map-status]");
  const families = new Map(
    [...document.querySelectorAll("[data-family]")].map(({ dataset }) => [Number(dataset.family), dataset]),
  );
  const language = document.documentElement.lang;
  const number = new Intl.NumberFormat(language);
  const short = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
  const dates = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });
  const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const cases = (n) => (n === 1 ? words.one : say(words.many, { n: number.format(n) }));

  // ---- the cases
  const drawn = L.layerGroup();

  function popup([, , place, members]) {
    const box = makeElement("div", "case-popup");
    box.append(makeElement("h3", "", place));
    const list = makeElement("ul");
    for (const [id, family, solved, day] of members) {
      const item = makeElement("li");
      const link = makeElement("a", "", families.get(family)?.name ?? id);
      link.href = frame.dataset.case + id;
      const facts = `${solved ? words.solved : words.open}, ${say(words.since, { day: dates.format(new Date(day)) })}`;
      item.append(dot(family, solved), link, makeElement("span", "", facts));
      list.append(item);
    }
    box.append(list);
    return box;
  }

  function dot(family, solved) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("class", solved ? "swatch is-solved" : "swatch");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("color", families.get(family)?.color ?? "gray");
    const circle = document.createElementNS(space, "circle");
    for (const [name, value] of Object.entries({ cx: 8, cy: 8, r: solved ? 5 : 6 })) circle.setAttribute(name, value);
    svg.append(circle);
    return svg;
  }

  // A sign is a button: it does the same on a click, on Enter and on the space bar.
  function sign(at, className, size, act, ...parts) {
    const html = makeElement("span", "sign");
    html.append(...parts);
    const marker = L.marker(at, { icon: L.divIcon({ html, className, iconSize: [size, size] }), riseOnHover: true });
    marker.on("click", act).on("keydown", ({ originalEvent }) => {
      if (originalEvent.key !== "Enter" && originalEvent.key !== " ") return;
      originalEvent.preventDefault();
      originalEvent.stopPropagation();
      act();
    });
    return marker;
  }

  function drawPlace(place) {
    const [lat, long, where, members] = place;
    const [[, family, solved]] = members;
    const alone = members.length === 1;
    const hidden = makeElement("span", "visually-hidden", `${alone ? (families.get(family)?.name ?? "") : cases(members.length)}, ${where}`);
    const shown = alone ? dot(family, solved) : makeElement("b", "", number.format(members.length));
    shown.setAttribute("aria-hidden", "true");
    // The popup belongs to the map and not to the sign, because signs are drawn anew after every move.
    const act = () => L.popup({ maxHeight: 260, minWidth: 180 }).setLatLng([lat, long]).setContent(popup(place)).openOn(map);
    return sign([lat, long], alone ? "point" : "cluster is-place", alone ? 26 : 30, act, shown, hidden);
  }

  function drawCircle([lat, long, count]) {
    const figure = makeElement("b", "", count < 1000 ? count : short.format(count));
    figure.setAttribute("aria-hidden", "true");
    const hidden = makeElement("span", "visually-hidden", `${cases(count)}. ${words.zoom}`);
    const act = () => {
      frame.focus({ preventScroll: true });
      map.setView([lat, long], Math.min(map.getZoom() + 2, map.getMaxZoom()));
    };
    return sign([lat, long], "cluster", Math.round(32 + 11 * Math.log10(count)), act, figure, hidden);
  }

  const keyOf = (marker) => marker.getLatLng().toString();
  function signAt(key) {
    return drawn.getLayers().find((marker) => keyOf(marker) === key)?.getElement();
  }

  function draw({ total, shown, circles, places }) {
    const held = drawn.getLayers().find((marker) => marker.getElement() === document.activeElement);
    drawn.clearLayers();
    for (const circle of circles) drawn.addLayer(drawCircle(circle));
    for (const place of places) drawn.addLayer(drawPlace(place));
    if (held) (signAt(keyOf(held)) ?? frame).focus({ preventScroll: true });
    status.textContent = shown
      ? say(words.view, { shown: number.format(shown), total: number.format(total) })
      : words.none;
    document.documentElement.dataset.mapReady ??= String(Math.round(performance.now()));
  }

  let asking = new AbortController();
  async function ask() {
    asking.abort();
    asking = new AbortController();
    const bounds = map.getBounds();
    const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((edge) => edge.toFixed(5));
    const address = `${frame.dataset.cases}&bbox=${box}&zoom=${Math.round(map.getZoom())}`;
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: asking.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      draw(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") status.textContent = words.failed;
    }
  }

  // ---- begin
  const [south, west, north, east] = frame.dataset.bounds.split(",").map(Number);
  const home = layers.centers && !frame.dataset.narrowed ? layers.centers.getBounds() : [[south, west], [north, east]];
  const point = frame.dataset.point && frame.dataset.point.split(",").map(Number);
  const settle = () => {
    map.addLayer(drawn);
    if (point) {
      map.setView(point, 16, { animate: false });
      const ring = L.divIcon({ html: makeElement("span", "visually-hidden", words.found), className: "found-ring", iconSize: [56, 56] });
      map.addLayer(L.marker(point, { icon: ring, interactive: false, keyboard: false }));
    } else {
      map.fitBounds(home, { animate: false, maxZoom: 16, padding: [10, 10] });
    }
    ask();
  };
  showBasemap(frame, words, settle);
  map.on("moveend", ask);
  map.on("popupopen", ({ popup: opened }) => {
    const close = opened.getElement().querySelector(".leaflet-popup-close-button");
    close.setAttribute("aria-label", words.close);
    opened.getElement().querySelector("a[href*='/cases/']")?.focus({ preventScroll: true });
  });
  map.on("popupclose", ({ popup: closed }) => {
    if (frame.contains(document.activeElement)) (signAt(keyOf(closed)) ?? frame).focus({ preventScroll: true });
  });
  frame.addEventListener("keydown", ({ key }) => key === "Escape" && map.closePopup());

  // ---- on a phone the list follows soon after the map
  if (matchMedia("(max-width: 47.99rem)").matches) document.querySelector("[data-legend]").open = false;

  // ---- the list points at the map
  const pointer = L.divIcon({ html: "", className: "list-pointer", iconSize: [40, 40] });
  let pointed = null;
  for (const line of document.querySelectorAll("[data-at]")) {
    const show = () => {
      pointed?.remove();
      pointed = L.marker(line.dataset.at.split(",").map(Number), { icon: pointer, interactive: false, keyboard: false }).addTo(map);
    };
    line.addEventListener("pointerenter", show);
    line.addEventListener("focusin", show);
    line.addEventListener("pointerleave", () => pointed?.remove());
    line.addEventListener("focusout", () => pointed?.remove());
  }
}
