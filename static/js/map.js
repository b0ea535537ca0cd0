// The public map: colors the basemap for light and dark, and draws the cases that the server has gathered.
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

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // ---- the basemap's colors: read from the style sheet, because a canvas knows nothing of it
  const paints = ["land", "edge", "street", "main-street", "block"].map((name) => {
    const probe = element("span", `map-paint map-paint-${name}`);
    frame.append(probe);
    return [name, () => getComputedStyle(probe).color];
  });
  const WIDTHS = { street: [0.5, 0.8, 1.2, 2, 4, 7, 11, 16, 24], mainStreet: [1.4, 2, 3, 4.5, 7, 11, 16, 24, 34] };
  const widthAt = (widths) => widths[Math.max(0, Math.min(widths.length - 1, Math.round(map.getZoom()) - 11))];

  function paint() {
    const color = Object.fromEntries(paints.map(([name, read]) => [name, read()]));
    const line = { fill: false, opacity: 1, lineCap: "round", lineJoin: "round" };
    const looks = {
      centers: { fillColor: color.land, fillOpacity: 1, color: color.edge, weight: 1.5, opacity: 1 },
      neighborhoods: { fill: false, color: color.edge, weight: 1, dashArray: "2 5", opacity: 1 },
      streets: { ...line, color: color.street, weight: widthAt(WIDTHS.street) },
      main_streets: { ...line, color: color["main-street"], weight: widthAt(WIDTHS.mainStreet) },
      blocks: { fill: true, stroke: false, fillColor: color.block, fillOpacity: 1, radius: map.getZoom() < 14 ? 1.4 : 3 },
    };
    for (const [name, look] of Object.entries(looks)) {
      layers[name]?.eachLayer((layer) => {
        layer.setStyle(look);
        if (look.radius) layer.eachLayer?.((dot) => dot.setRadius(look.radius));
      });
    }
  }

  // ---- names on the map: neighborhoods from afar, streets from near
  const names = L.layerGroup();
  function label(at, text, className, degrees = 0) {
    const html = element("span", "", text);
    html.style.transform = `translate(-50%, -50%) rotate(${degrees}deg)`;
    const icon = L.divIcon({ html, className: `map-name ${className}`, iconSize: [0, 0] });
    return L.marker(at, { icon, interactive: false, keyboard: false, pane: "names" });
  }

  // The longest straight piece of a street in view, in pixels of the screen.
  function longestPiece({ type, coordinates }, bounds) {
    let best = null;
    for (const line of type === "LineString" ? [coordinates] : coordinates) {
      for (let i = 1; i < line.length; i += 1) {
        const [[fromLong, fromLat], [toLong, toLat]] = [line[i - 1], line[i]];
        const middle = [(fromLat + toLat) / 2, (fromLong + toLong) / 2];
        if (!bounds.contains(middle)) continue;
        const from = map.latLngToContainerPoint([fromLat, fromLong]);
        const step = map.latLngToContainerPoint([toLat, toLong]).subtract(from);
        const length = Math.hypot(step.x, step.y);
        if (!best || length > best.length) best = { middle, step, length };
      }
    }
    return best;
  }

  function nameStreets(layer, most, taken) {
    const bounds = map.getBounds().pad(-0.06);
    layer?.eachLayer(({ feature }) => {
      const piece = taken.length < most && longestPiece(feature.geometry, bounds);
      if (!piece || piece.length < 24) return;
      const spot = map.latLngToContainerPoint(piece.middle);
      if (taken.some((other) => Math.hypot(other.x - spot.x, (other.y - spot.y) * 1.6) < 105)) return;
      taken.push(spot);
      const angle = Math.atan(piece.step.y / (piece.step.x || 0.001)) * (180 / Math.PI);
      names.addLayer(label(piece.middle, feature.properties.name, "is-street", angle));
    });
  }

  function writeNames() {
    names.clearLayers();
    const zoom = map.getZoom();
    if (zoom <= 15) {
      const written = [];
      layers.neighborhoods?.eachLayer(({ feature: { properties } }) => {
        const spot = map.latLngToContainerPoint(properties.at);
        const half = properties.name.length * 4.6; // about half the width of the name, in pixels
        if (written.some((other) => Math.abs(other.y - spot.y) < 18 && Math.abs(other.x - spot.x) < other.half + half)) return;
        written.push({ x: spot.x, y: spot.y, half });
        names.addLayer(label(properties.at, properties.name, "is-neighborhood"));
      });
    }
    const taken = [];
    if (zoom >= 14) nameStreets(layers.main_streets, 14, taken);
    if (zoom >= 16) nameStreets(layers.streets, 34, taken);
  }

  // ---- the cases
  const drawn = L.layerGroup();

  function popup([, , place, members]) {
    const box = element("div", "case-popup");
    box.append(element("h3", "", place));
    const list = element("ul");
    for (const [id, family, solved, day] of members) {
      const item = element("li");
      const link = element("a", "", families.get(family)?.name ?? id);
      link.href = frame.dataset.case + id;
      const facts = `${solved ? words.solved : words.open}, ${say(words.since, { day: dates.format(new Date(day)) })}`;
      item.append(dot(family, solved), link, element("span", "", facts));
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
    const html = element("span", "sign");
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
    const hidden = element("span", "visually-hidden", `${alone ? (families.get(family)?.name ?? "") : cases(members.length)}, ${where}`);
    const shown = alone ? dot(family, solved) : element("b", "", number.format(members.length));
    shown.setAttribute("aria-hidden", "true");
    // The popup belongs to the map and not to the sign, because signs are drawn anew after every move.
    const act = () => L.popup({ maxHeight: 260, minWidth: 180 }).setLatLng([lat, long]).setContent(popup(place)).openOn(map);
    return sign([lat, long], alone ? "point" : "cluster is-place", alone ? 26 : 30, act, shown, hidden);
  }

  function drawCircle([lat, long, count]) {
    const figure = element("b", "", count < 1000 ? count : short.format(count));
    figure.setAttribute("aria-hidden", "true");
    const hidden = element("span", "visually-hidden", `${cases(count)}. ${words.zoom}`);
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
  const pane = map.createPane("names");
  pane.style.zIndex = 450;
  pane.style.pointerEvents = "none";
  frame.classList.toggle("is-all-land", !layers.centers);
  if (!layers.tiles) map.options.zoomSnap = 0.5;
  map.attributionControl.setPrefix(false);
  map.zoomControl.getContainer().querySelectorAll("a").forEach((button, place) => {
    const text = place ? words.zoomOut : words.zoomIn;
    button.title = text;
    button.setAttribute("aria-label", text);
  });
  map.addLayer(names).addLayer(drawn);
  if (point) {
    map.setView(point, 16, { animate: false });
    const ring = L.divIcon({ html: element("span", "visually-hidden", words.found), className: "found-ring", iconSize: [56, 56] });
    map.addLayer(L.marker(point, { icon: ring, interactive: false, keyboard: false }));
  } else {
    map.fitBounds(home, { animate: false, maxZoom: 16, padding: [10, 10] });
  }
  ask();
  paint(); // before the layers are on the map: each is then drawn once, in its own colors
  for (const layer of Object.values(layers)) map.addLayer(layer);
  writeNames();
  map.on("moveend", () => {
    ask();
    writeNames();
  });
  map.on("zoomend", paint);
  map.on("popupopen", ({ popup: opened }) => {
    const close = opened.getElement().querySelector(".leaflet-popup-close-button");
    close.setAttribute("aria-label", words.close);
    opened.getElement().querySelector("a[href*='/cases/']")?.focus({ preventScroll: true });
  });
  map.on("popupclose", ({ popup: closed }) => {
    if (frame.contains(document.activeElement)) (signAt(keyOf(closed)) ?? frame).focus({ preventScroll: true });
  });
  frame.addEventListener("keydown", ({ key }) => key === "Escape" && map.closePopup());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  new MutationObserver(paint).observe(document.documentElement, { attributeFilter: ["data-theme"] });

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
