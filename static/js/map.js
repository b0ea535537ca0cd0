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
  // Grouped as the server groups: a browser takes as long to learn a language's own rules as to draw all cases.
  const [betweenFour, between] = words.grouped.map((text) => text.replace(/\d/g, ""));
  const writeNumber = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, n < 10000 ? betweenFour : between);
  let dates = null;
  function writeDay(day) {
    dates ??= new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });
    return dates.format(new Date(day));
  }
  const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const cases = (n) => (n === 1 ? words.one : say(words.many, { n: writeNumber(n) }));

  const sayDay = (status, day) => say(words.since[status], { day: writeDay(day) });
  const familyName = (family, id) => families.get(family)?.name ?? id;

  // A case's own page may not be shown in a frame: from there its link opens a tab.
  function linkTo(id, text) {
    const link = makeElement("a", "", text);
    link.href = frame.dataset.case + id;
    if (frame.dataset.newTab) Object.assign(link, { target: "_blank", rel: "noopener" });
    return link;
  }

  // What the map shows and what lies on it is said in one line; an answer that comes late says its own part anew only.
  const told = { cases: "", heat: "" };
  function tellOfMap(about, text) {
    told[about] = text;
    status.textContent = Object.values(told).filter(Boolean).join(" ");
  }

  // ---- the cases
  const drawn = L.layerGroup();

  function popup([, , place, members]) {
    const box = makeElement("div", "case-popup");
    box.append(makeElement("h3", "", place));
    const list = makeElement("ul");
    for (const [id, family, status, day] of members) {
      const item = makeElement("li");
      const facts = `${words.statuses[status]}, ${sayDay(status, day)}`;
      item.append(dot(family, status), linkTo(id, familyName(family, id)), makeElement("span", "", facts));
      list.append(item);
    }
    box.append(list);
    return box;
  }

  function dot(family, status) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("class", status ? "swatch is-solved" : "swatch");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("color", families.get(family)?.color ?? "gray");
    const circle = document.createElementNS(space, "circle");
    for (const [name, value] of Object.entries({ cx: 8, cy: 8, r: status ? 5 : 6 })) circle.setAttribute(name, value);
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
    const [[, family, status]] = members;
    const alone = members.length === 1;
    const hidden = makeElement("span", "visually-hidden", `${alone ? (families.get(family)?.name ?? "") : cases(members.length)}, ${where}`);
    const shown = alone ? dot(family, status) : makeElement("b", "", writeNumber(members.length));
    shown.setAttribute("aria-hidden", "true");
    // The popup belongs to the map and not to the sign, because signs are drawn anew after every move.
    const act = () => L.popup({ maxHeight: 260, minWidth: 180 }).setLatLng([lat, long]).setContent(popup(place)).openOn(map);
    return sign([lat, long], alone ? "point" : "cluster is-place", alone ? 26 : 30, act, shown, hidden);
  }

  function drawCircle([lat, long, count]) {
    const figure = makeElement("b", "", writeNumber(count));
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
    tellOfMap("cases", shown ? say(words.view, { shown: writeNumber(shown), total: writeNumber(total) }) : words.none);
    document.documentElement.dataset.mapReady ??= String(Math.round(performance.now()));
  }

  // While somebody looks at what is near her, only the edges of whole squares are told: see `map_extras.js`.
  let perDegree = 0;
  function edgesToAsk() {
    const bounds = map.getBounds();
    const edges = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    if (!perDegree) return edges;
    return edges.map((edge, place) => (place < 2 ? Math.floor : Math.ceil)(edge * perDegree) / perDegree);
  }

  let month = null; // chosen with the slider, not yet in the page's own address
  let asking = new AbortController();
  async function ask() {
    asking.abort();
    asking = new AbortController();
    const box = edgesToAsk().map((edge) => edge.toFixed(5));
    const asked = new URL(frame.dataset.cases, location.href);
    if (month !== null) asked.searchParams.set("month", month);
    const address = `${asked.pathname}?${asked.searchParams}&bbox=${box}&zoom=${Math.round(map.getZoom())}`;
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: asking.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      draw(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") tellOfMap("cases", words.failed);
    }
  }

  // ---- begin
  const [south, west, north, east] = frame.dataset.bounds.split(",").map(Number);
  const home = layers.centers && !frame.dataset.narrowed ? layers.centers.getBounds() : [[south, west], [north, east]];
  const point = frame.dataset.point && frame.dataset.point.split(",").map(Number);
  const settle = () => {
    map.addLayer(drawn);
    const [lat, long, zoom] = (new URLSearchParams(location.search).get("at") ?? "").split(",").map(Number);
    if (Number.isFinite(lat + long + zoom) && Math.abs(lat) <= 85 && Math.abs(long) <= 180) {
      map.setView([lat, long], Math.max(0, Math.min(zoom, map.getMaxZoom())), { animate: false }); // a shared view
    } else if (!point) {
      map.fitBounds(home, { animate: false, maxZoom: 16, padding: [10, 10] });
    }
    if (point) {
      if (!zoom) map.setView(point, 16, { animate: false });
      const ring = L.divIcon({ html: makeElement("span", "visually-hidden", words.found), className: "found-ring", iconSize: [56, 56] });
      map.addLayer(L.marker(point, { icon: ring, interactive: false, keyboard: false }));
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

  // ---- the list points at the map
  const pointer = L.divIcon({ html: "", className: "list-pointer", iconSize: [40, 40] });
  let pointed = null;
  const pointAt = (line) => {
    pointed?.remove();
    pointed = line && L.marker(line.dataset.at.split(",").map(Number), { icon: pointer, interactive: false, keyboard: false }).addTo(map);
  };
  const list = document.getElementById("cases"); // its lines come and go
  for (const event of ["pointerover", "focusin"]) list.addEventListener(event, ({ target }) => pointAt(target.closest("[data-at]")));
  for (const event of ["pointerleave", "focusout"]) list.addEventListener(event, () => pointAt(null));

  // ---- what the other scripts of this page use
  window.caseMap = {
    map, frame, words, tellOfMap, writeNumber, say, sayDay, dot, linkTo, familyName,
    showMonth(value) {
      month = value;
      ask();
    },
    askInSquares(count) {
      perDegree = count;
    },
  };
}
