// The crew's page: a tap is kept on the phone, shown at once, and sent when there is a network.
// Without this script each button is a form like any other.
"use strict";

const crewForm = document.getElementById("crew-form");

if (crewForm) {
  const BECOMES = { set_out: "en_route", arrive: "on_site", finish: "done", could_not: "not_done", call_back: "planned" };
  const NEXT = { planned: "set_out", confirmed: "set_out", en_route: "arrive", on_site: "finish" };
  const UNDER_WAY = ["en_route", "on_site"];
  const WORDS = { set_out: "Set out", arrive: "Arrived", finish: "Done", could_not: "Could not be done", call_back: "Turned back", note: "Note" };
  const LABELS = { planned: "planned", confirmed: "confirmed", en_route: "crew on its way", on_site: "crew at work", done: "done", not_done: "could not be done" };
  const KINDS = { planned: "planned", confirmed: "planned", en_route: "new", on_site: "new", done: "done", not_done: "warn" };
  const isAway = "away" in crewForm.dataset; // the copy that the phone kept
  const stops = [...document.querySelectorAll("[data-booking]")];
  const told = new Map(stops.map((stop) => [stop, [...stop.querySelector("[data-told]").children]]));
  const said = document.querySelector("[data-said]");
  const clock = (at) => new Date(at).toLocaleTimeString("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: crewForm.dataset.zone });
  const inWords = ({ kind, photo }) => (photo ? "Photo" : WORDS[kind]);

  // ---- what is shown: the page as the server made it, then what it took since, then what waits here
  const show = () => {
    let isFirst = true;
    for (const stop of stops) {
      const status = showStop(stop);
      stop.classList.toggle("is-next", status in NEXT && (isFirst || UNDER_WAY.includes(status)));
      if (status in NEXT) isFirst = false;
    }
    showWaiting();
    showRefused();
  };
  const stepsOf = (stop) => {
    const mine = ({ booking }) => booking === stop.dataset.booking;
    const waiting = keeping.waiting.filter(mine).map((one) => ({ ...one, waits: true }));
    const known = new Set(waiting.map(({ key }) => key));
    return [...keeping.takenSince(crewForm.dataset.made).filter((one) => mine(one) && !known.has(one.key)), ...waiting];
  };
  const showStop = (stop) => {
    const steps = stepsOf(stop);
    const status = steps.reduce((now, { kind }) => BECOMES[kind] ?? now, stop.dataset.status);
    const list = stop.querySelector("[data-told]");
    list.replaceChildren(...told.get(stop), ...steps.map((step) => {
      const line = document.createElement("li");
      line.textContent = `${inWords(step)} ${clock(step.at)}${step.waits ? ", kept here, not sent yet" : ""}`;
      line.className = step.waits ? "is-waiting" : "";
      return line;
    }));
    const badge = stop.querySelector("[data-status-badge] .badge-tag");
    badge.textContent = LABELS[status] ?? status;
    badge.className = `badge-tag badge-${KINDS[status] ?? "plain"}`;
    stop.querySelector(".steps").dataset.next = NEXT[status] ?? "";
    for (const step of stop.querySelectorAll("[data-shown]")) step.hidden = !step.dataset.shown.split(" ").includes(status);
    return status;
  };
  const showWaiting = () => {
    const [mine, others] = [keeping.waiting.length, keeping.countOthers()];
    const texts = [];
    if (mine) texts.push(`${mine === 1 ? "1 step is" : `${mine} steps are`} kept on this phone and sent as soon as there is a network.`);
    if (mine && keeping.isSignedOut) texts.push("You are signed out: sign in again under your own name, so that it can be sent.");
    if (others) texts.push(`${others === 1 ? "1 step is" : `${others} steps are`} kept here for somebody else, who signs in on this phone to send ${others === 1 ? "it" : "them"}.`);
    const place = document.querySelector("[data-waiting]");
    place.hidden = texts.length === 0;
    place.querySelector("[data-waiting-text]").textContent = texts.join(" ");
  };
  const showRefused = () => {
    document.querySelector("[data-refused]").hidden = keeping.refused.length === 0;
    document.querySelector("[data-refused-list]").replaceChildren(...keeping.refused.map(refusedLine));
  };
  const refusedLine = ({ values, why }) => {
    const line = document.createElement("li");
    const text = document.createElement("p");
    text.textContent = `«${values.title}», ${inWords(values)} ${clock(values.at)}: ${why}${values.note ? ` You wrote: «${values.note}»` : ""}`;
    line.append(text, button("Try again", () => { keeping.tryAgain(values.key); flush(); }), button("Throw it away", () => {
      if (window.confirm("Throw it away? The office will not hear of it.")) keeping.throwAway(values.key);
    }));
    return line;
  };
  const button = (label, press) => {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm btn-outline-primary", textContent: label });
    made.addEventListener("click", press);
    return made;
  };

  // ---- telling
  const keeping = new CrewKeeping(crewForm, () => show());
  const valuesOf = (form) => {
    const stop = form.closest("[data-booking]");
    const values = { key: Keeping.newKey(), at: new Date().toISOString(), title: stop.dataset.title };
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && !["key", "csrf_token", "resource"].includes(name)) values[name] = value;
    return values;
  };
  const tell = async (values, photos = []) => {
    said.textContent = "";
    if (keeping.wait(values)) return flush();
    const answer = await keeping.send(crewForm.action, values, photos); // a browser that keeps nothing
    if (answer?.ok) return location.reload();
    said.textContent = answer ? "It was not taken. Look at the sheet again." : "There is no network, and this browser keeps nothing. Press again where there is one.";
  };
  const tellPhoto = async (form, file) => {
    const values = { ...valuesOf(form), photo: "yes" };
    const small = await CrewKeeping.smaller(file);
    if (await keeping.keepPhoto(values.key, small)) return tell(values);
    said.textContent = "This browser keeps no photos: it is sent now or not at all.";
    const answer = await keeping.send(crewForm.action, values, [small]);
    said.textContent = answer?.ok ? "The photo is sent." : "The photo could not be sent. Take it again where there is a network.";
  };
  for (const form of document.querySelectorAll(".stop form")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      delete form.dataset.sent;
      const values = valuesOf(form);
      forget(form);
      form.reset();
      form.closest("details")?.removeAttribute("open");
      tell(values);
      form.closest(".stop").querySelector("[data-shown]:not([hidden]) :is(.step-button, summary)")?.focus();
    });
    form.addEventListener("change", ({ target }) => {
      if (target.type !== "file" || !target.files.length) return;
      const [file] = target.files;
      tellPhoto(form, file).finally(() => form.reset());
    });
  }
  let isAsked = false;
  const flush = async () => {
    if (keeping.isSending) {
      isAsked = true; // told while the steps before it are on their way
      return;
    }
    const before = keeping.waiting.length;
    await keeping.sendWaiting();
    show();
    if (before && keeping.waiting.length < before) keepCopy();
    if (isAsked) {
      isAsked = false;
      await flush();
    }
  };

  // ---- half-written words outlive a page that the camera pushed out of memory
  const nameOf = (form) => `draft-${form.elements.booking.value}-${form.elements.kind.value}`;
  const forget = (form) => keeping.remember(nameOf(form), null);
  for (const form of document.querySelectorAll("details.step form")) {
    const note = form.elements.note;
    note.value = keeping.recall(nameOf(form)) || "";
    if (note.value) form.closest("details").open = true;
    note.addEventListener("input", () => keeping.remember(nameOf(form), note.value || null));
  }

  // ---- the copy for where there is no network
  const keepCopy = () => navigator.serviceWorker?.ready.then((there) => there.active.postMessage("keep")).catch(() => {});
  const comeBack = async () => {
    const back = document.querySelector("[data-back]");
    if (!back.hidden) return;
    // Without a cookie: nobody is kept signed in by a page that only waits.
    const options = { credentials: "omit", redirect: "manual", signal: AbortSignal.timeout(4_000) };
    const answer = await fetch(crewForm.dataset.fresh, options).catch(() => null);
    if (answer && answer.status < 500) back.hidden = false;
  };
  // A shared phone goes to somebody else: of a day that is over nothing stays, neither here nor in the copy.
  const forgetOldDay = () => {
    if (!isAway || Date.now() <= Date.parse(crewForm.dataset.until)) return;
    document.querySelector("[data-too-old]").hidden = false;
    for (const part of document.querySelectorAll("[data-stops]")) part.remove();
    stops.length = 0;
    globalThis.caches?.delete(new URL(crewForm.dataset.fresh, location.href).pathname).catch(() => {});
  };
  forgetOldDay();
  if (!isAway && crewForm.dataset.awayScript) {
    navigator.serviceWorker?.register(crewForm.dataset.awayScript, { scope: crewForm.dataset.page }).then(keepCopy).catch(() => {}); // no https, or forbidden: it works, but does not open without network
  }

  addEventListener("online", flush);
  setInterval(() => {
    if (keeping.waiting.length) flush();
    if (isAway) comeBack();
    forgetOldDay();
  }, 5000);
  // The office may have changed the day since somebody last looked at the phone.
  const made = Date.now();
  document.addEventListener("visibilitychange", () => {
    const isBusy = keeping.waiting.length || document.querySelector("details.step[open]");
    const opens = navigator.onLine && navigator.serviceWorker?.controller;
    if (!document.hidden && opens && !isBusy && Date.now() - made > 300_000) location.reload();
  });
  show();
  flush();
}
