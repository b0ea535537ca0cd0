// Pointing at a place on the city's map when it has no address: by a click, or by moving the map under its middle.
// The map is loaded when it is asked for; a call seldom needs it.
"use strict";
{
  const holder = document.querySelector("[data-pointing]");
  const form = document.getElementById("call-form");
  let mark = null;

  function begin() {
    const frame = document.getElementById("map_city");
    const { map, layers } = window.cityMap;
    const given = [form.elements.lat.value, form.elements.long.value].filter(Boolean).map(Number);
    const [south, west, north, east] = frame.dataset.bounds.split(",").map(Number);
    showBasemap(frame, { zoomIn: "Zoom in", zoomOut: "Zoom out" }, () => {
      if (given.length === 2) map.setView(given, 16, { animate: false });
      else map.fitBounds(layers.centers ? layers.centers.getBounds() : [[south, west], [north, east]], { animate: false });
    });
    if (given.length === 2) show(given);
    map.on("click", ({ latlng }) => take(latlng));
    frame.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target !== frame) return;
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return; // it records the call
      event.preventDefault(); // it would record the call
      take(map.getCenter());
    });
  }

  function take({ lat, lng }) {
    show([lat, lng]);
    form.elements.lat.value = lat.toFixed(6);
    form.elements.long.value = lng.toFixed(6);
    form.elements.lat.dispatchEvent(new Event("input", { bubbles: true }));
    holder.querySelector("[data-pointing-status]").textContent = `Taken: ${lat.toFixed(5)}, ${lng.toFixed(5)}. What is known there stands beside.`;
  }

  function show(at) {
    mark?.remove();
    const icon = L.divIcon({ className: "pointed", iconSize: [24, 24] });
    mark = L.marker(at, { icon, interactive: false, keyboard: false }).addTo(window.cityMap.map);
  }

  // The plan beside moves the point too; an address that is typed takes it away.
  form?.addEventListener("input", () => {
    const { lat, long } = form.elements;
    if (!mark) return;
    if (lat.value && long.value) show([Number(lat.value), Number(long.value)]);
    else mark.remove();
  });

  form?.addEventListener("reset", () => mark?.remove());
  if (holder) {
    const say = (words) => { holder.querySelector("[data-pointing-status]").textContent = words; };
    const failed = "The map could not be loaded. Close this part and open it again.";
    loadMapWhenOpened(holder, holder.dataset.pointing, () => { begin(); say(""); }, () => say(failed));
  }
}
