// Reporting a problem: picking the point on the map. The page works without it; the address field says the same.
"use strict";
{
  const holder = document.querySelector("[data-report-map]");
  const form = document.getElementById("report-form");
  const { lat, long } = form.elements;
  const words = JSON.parse(holder.dataset.words);
  const said = holder.querySelector("[data-point-status]");
  const remove = holder.querySelector("[data-point-remove]");
  let mark = null;

  function begin() {
    const frame = document.getElementById("map_city");
    const { map, layers } = window.cityMap;
    const [south, west, north, east] = frame.dataset.bounds.split(",").map(Number);
    const given = lat.value && long.value ? [Number(lat.value), Number(long.value)] : null;
    showBasemap(frame, words, () => {
      if (given) map.setView(given, 16, { animate: false });
      else map.fitBounds(layers.centers ? layers.centers.getBounds() : [[south, west], [north, east]], { animate: false });
    });
    if (given) show(given);
    map.on("click", ({ latlng }) => take(latlng));
    frame.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target !== frame) return;
      event.preventDefault(); // it would send the form
      take(map.getCenter());
    });
    holder.dataset.ready = "yes";
  }

  function take(point) {
    lat.value = point.lat.toFixed(6);
    long.value = point.lng.toFixed(6);
    show([point.lat, point.lng]);
    said.textContent = words.taken;
    remove.hidden = false;
  }

  function show(at) {
    mark?.remove();
    const icon = L.divIcon({ className: "pointed", iconSize: [24, 24] });
    mark = L.marker(at, { icon, interactive: false, keyboard: false }).addTo(window.cityMap.map);
  }

  remove.addEventListener("click", () => {
    lat.value = long.value = "";
    mark?.remove();
    said.textContent = words.gone;
    remove.hidden = true;
    document.getElementById("address").focus();
  });
  loadMapWhenOpened(holder, holder.dataset.reportMap, begin, () => { said.textContent = words.failed; });
}
