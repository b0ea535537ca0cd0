// The routes of a draft's day on the city's map: per crew a line from its base and back, its stops numbered in order.
"use strict";
{
  const frame = document.getElementById("map_city");
  const said = document.querySelector("[data-map-status]");
  const COLORS = 8;

  function sign(at, className, text, size, told) {
    const icon = L.divIcon({ html: makeElement("span", "", text), className, iconSize: [size, size] });
    return L.marker(at, { icon, interactive: Boolean(told), keyboard: false, title: told, alt: told || "" });
  }

  function draw(crews) {
    const { map, layers } = window.cityMap;
    const pen = L.svg({ padding: 0.5 });
    const all = L.featureGroup();
    crews.forEach((crew, place) => {
      const color = `route-${place % COLORS}`;
      const way = [crew.base, ...crew.stops.map((stop) => stop.at), crew.base];
      L.polyline(way, { renderer: pen, className: `route-line ${color}`, interactive: false }).addTo(all);
      sign(crew.base, `route-base ${color}`, "", 14, `${crew.name}: its base`).addTo(all);
      crew.stops.forEach((stop, number) => {
        const told = `${crew.name}, ${number + 1}: ${stop.title}, ${stop.address}`;
        sign(stop.at, `route-stop ${color}${stop.is_new ? "" : " is-standing"}`, number + 1, 24, told).addTo(all);
      });
    });
    showBasemap(frame, { zoomIn: "Zoom in", zoomOut: "Zoom out" }, () => {
      const [south, west, north, east] = frame.dataset.bounds.split(",").map(Number);
      const shown = crews.length ? all.getBounds().pad(0.1) : layers.centers ? layers.centers.getBounds() : [[south, west], [north, east]];
      map.fitBounds(shown, { animate: false, maxZoom: 16 });
    });
    all.addTo(map);
    const stops = crews.reduce((count, crew) => count + crew.stops.length, 0);
    said.textContent = `${crews.length} ${crews.length === 1 ? "crew" : "crews"}, ${stops} ${stops === 1 ? "stop" : "stops"}. A dashed rim marks what stands already.`;
  }

  async function begin() {
    try {
      const answer = await fetch(frame.dataset.routes, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      draw((await answer.json()).crews);
    } catch {
      said.textContent = "The map could not be drawn. The tables below say the same.";
    }
  }

  if (frame && window.cityMap) begin();
}
