// The city itself, wherever it is shown: its streets in the colors of light and dark, and its names.
"use strict";

function makeElement(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// `settle` brings the map to where it begins, before anything is drawn; `words`: zoomIn, zoomOut.
function showBasemap(frame, words, settle) {
  const { map, layers } = window.cityMap;

  // ---- the basemap's colors: read from the style sheet, because a canvas knows nothing of it
  const paints = ["land", "edge", "street", "main-street", "block"].map((name) => {
    const probe = makeElement("span", `map-paint map-paint-${name}`);
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
    const html = makeElement("span", "", text);
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

  // ---- begin
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
  map.addLayer(names);
  settle();
  paint(); // before the layers are on the map: each is then drawn once, in its own colors
  for (const layer of Object.values(layers)) map.addLayer(layer);
  writeNames();
  map.on("moveend", writeNames);
  map.on("zoomend", paint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  new MutationObserver(paint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}
