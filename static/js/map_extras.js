// What a resident may add to the map: what is near her, where problems were solved; and the small comforts of the page.
"use strict";
{
  const { map, frame, words, tellOfMap, writeNumber, say, sayDay, dot, linkTo, familyName, askInSquares, changeAddress } = window.caseMap;

  // ---- near me: the position stays in this browser; the server is asked for whole squares (`tracker/public/squares.py`)
  const PER_DEGREE = 50;
  const MOST = 10;
  const FURTHEST_MILES = 1;
  const HERE_MILES = 0.03;
  const MILE_DEGREES = 1609.344 / 111195;
  const button = document.querySelector("[data-near-me]");
  const box = document.querySelector("[data-near]");
  const list = () => document.querySelector("[data-list]");
  let ring = null;

  function milesTo(here, lat, long) {
    const east = (long - here.longitude) * Math.cos((here.latitude * Math.PI) / 180);
    return Math.hypot(lat - here.latitude, east) / MILE_DEGREES;
  }

  let decimals = null;
  function writeMiles(miles) {
    decimals ??= new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
    return decimals.format(Math.max(0.1, miles));
  }

  function lineOf({ place: [lat, long, where, members, count], miles }) {
    const [[id, family, kind, day]] = members;
    const line = makeElement("li", "case-line");
    line.dataset.at = `${lat},${long}`;
    const title = makeElement("h3");
    const link = linkTo(id, familyName(family, id));
    link.append(makeElement("span", "visually-hidden", ", "), makeElement("span", "case-place", where));
    title.append(link);
    const facts = makeElement("p", "case-facts");
    facts.append(makeElement("span", "", miles < HERE_MILES ? words.here : say(words.away, { miles: writeMiles(miles) })));
    facts.append(makeElement("span", "", sayDay(kind, day)));
    if (count > 1) facts.append(makeElement("span", "", say(words.many, { n: writeNumber(count) })));
    const text = makeElement("div");
    text.append(title, facts);
    line.append(dot(family, kind), text);
    return line;
  }

  async function showNear({ coords }) {
    const [row, column] = [coords.latitude, coords.longitude].map((degrees) => Math.floor(degrees * PER_DEGREE));
    window.caseMap.isNear = true;
    askInSquares(PER_DEGREE);
    const answer = await fetch(`${frame.dataset.around}&square=${row},${column}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const { places } = await answer.json();
    const near = places
      .map((place) => ({ place, miles: milesTo(coords, place[0], place[1]) }))
      .filter(({ miles }) => miles <= FURTHEST_MILES)
      .sort((one, other) => one.miles - other.miles)
      .slice(0, MOST);
    // The map shows the whole square, so that no picture of it and no question about it tells more.
    map.fitBounds([[row / PER_DEGREE, column / PER_DEGREE], [(row + 1) / PER_DEGREE, (column + 1) / PER_DEGREE]], { animate: false });
    ring?.remove();
    const icon = L.divIcon({ html: makeElement("span", "visually-hidden", words.you), className: "found-ring", iconSize: [36, 36] });
    ring = L.marker([coords.latitude, coords.longitude], { icon, interactive: false, keyboard: false }).addTo(map);
    tell(near.length ? words.nearest : words.nothingNear);
    if (!near.length) return;
    box.querySelector("[data-near-list]").replaceChildren(...near.map(lineOf));
    box.hidden = false;
    list().hidden = true;
    box.querySelector("[data-near-title]").focus();
  }

  const hint = document.getElementById("near-hint");
  function tell(text) {
    hint.setAttribute("role", "status");
    hint.textContent = text;
  }
  const refuse = () => {
    tell(words.refused);
    document.getElementById("q").focus();
  };
  button?.addEventListener("click", () => {
    if (!navigator.geolocation) return refuse();
    tell(words.looking);
    navigator.geolocation.getCurrentPosition((place) => showNear(place).catch(() => tell(words.failed)), refuse, {
      timeout: 15000,
      maximumAge: 60000,
    });
  });
  box.querySelector("[data-near-over]").addEventListener("click", () => {
    box.hidden = true;
    list().hidden = false;
    document.getElementById("cases").focus();
  });

  // ---- where problems were solved
  const toggle = document.querySelector("[data-heat]");
  const probe = makeElement("span", "map-paint heat-paint");
  frame.append(probe);
  let heat = null;
  async function loadHeat() {
    const answer = await fetch(frame.dataset.solved, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const { meters, cells } = await answer.json();
    const color = getComputedStyle(probe).color;
    const circles = cells.map(([lat, long, count]) => {
      const radius = (meters / 2) * Math.min(1.3, 0.35 + Math.sqrt(count) / 8);
      return L.circle([lat, long], { radius, stroke: false, fillColor: color, fillOpacity: Math.min(0.75, 0.3 + count / 60), interactive: false });
    });
    return { layer: L.layerGroup(circles), words: cells.length ? say(words.heat, { n: writeNumber(cells.length) }) : words.noHeat };
  }
  async function showHeat() {
    try {
      if (toggle.checked) heat ??= loadHeat(); // asked for once, however often the tick is set and taken away meanwhile
      const loaded = await heat;
      if (toggle.checked) loaded?.layer.addTo(map);
      else loaded?.layer.remove();
      tellOfMap("heat", (toggle.checked && loaded?.words) || "");
    } catch {
      heat = null;
      tellOfMap("heat", toggle.checked ? words.failed : "");
    }
  }
  toggle.addEventListener("change", () => {
    changeAddress({ heat: toggle.checked ? "1" : "" });
    showHeat();
  });
  if (toggle.checked) showHeat();

  // ---- sharing
  const told = document.querySelector("[data-copy-status]");
  document.querySelector("[data-copy]")?.addEventListener("click", async () => {
    const field = document.getElementById("share");
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      told.textContent = words.copied;
    } catch {
      told.textContent = words.notCopied;
    }
  });

  // ---- on a phone the list follows soon after the map
  if (matchMedia("(max-width: 47.99rem)").matches) {
    for (const part of document.querySelectorAll("[data-folds]:not([data-stays])")) part.open = false;
  }
}
