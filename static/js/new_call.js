// Taking a call: what is known appears while one types, nothing typed is lost, and one key does each thing.
// While the server is away the page goes on from this browser (call_worker.js opens it again after a reload).
// Without this script the same form works with its buttons.
"use strict";

const callForm = document.getElementById("call-form");

// One key each: Alt and the sign that stands on the button; Ctrl+Enter records.
document.addEventListener("keydown", (event) => {
  const wanted = event.key === "Enter" && (event.ctrlKey || event.metaKey) ? "new" : event.altKey ? shortcutOf(event) : "";
  if (!wanted) return;
  const target = document.querySelector(`[data-shortcut="${wanted}"]`);
  const place = document.querySelector(`[data-shortcut-focus="${wanted}"]`);
  if (!target && !place) return;
  event.preventDefault();
  if (place) place.focus();
  else target.click();
});
function shortcutOf(event) {
  if (/^Digit[1-9]$/.test(event.code)) return event.code.slice(5);
  return { KeyS: "again", KeyW: "wrong", KeyA: "about", KeyU: "undo", KeyP: "split", KeyN: "next", KeyT: "type", KeyB: "crowd" }[event.code] || "";
}

if (callForm) {
  const saved = document.querySelector("[data-call-saved]");
  const panelPlace = document.querySelector("[data-panel-place]");
  const fields = () => [...callForm.elements].filter((one) => one.name && one.name !== "csrf_token" && !["submit", "button", "file"].includes(one.type) && (!["radio", "checkbox"].includes(one.type) || one.checked));
  const typed = () => {
    const values = {};
    for (const { name, value } of fields()) values[name] = name in values ? [values[name], value].flat() : value; // several ticks
    return values;
  };
  const pairs = (values) => Object.entries(values).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
  const token = () => callForm.querySelector("[name=csrf_token]")?.value || "";
  const newKey = () => (crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2));
  const store = `call-${callForm.dataset.user}-`;
  const isAway = "away" in callForm.dataset; // a copy of the page from before the server went away
  if (isAway) {
    callForm.elements.key.value = newKey(); // the copy's own may have been used
    for (const [name, value] of new URLSearchParams(location.search)) {
      if (["phone", "queue", "caller_name", "address"].includes(name)) callForm.elements[name].value = value; // a softphone's
    }
  }
  let number = Number(callForm.dataset.number) || 0;
  let isDone = false;

  const remember = (name, value) => {
    try {
      if (value === null) localStorage.removeItem(store + name);
      else localStorage.setItem(store + name, JSON.stringify(value));
      return true;
    } catch {
      return false; // storage is forbidden or full: the server has the draft
    }
  };
  const recall = (name) => {
    try {
      return JSON.parse(localStorage.getItem(store + name));
    } catch {
      return null;
    }
  };
  const send = (address, values, photos = []) => {
    const body = photos.length ? new FormData() : new URLSearchParams();
    for (const [name, value] of pairs({ ...values, csrf_token: token() })) body.append(name, value);
    for (const photo of photos) body.append("photos", photo);
    // Given up, it may have arrived all the same: the key keeps it from being recorded twice.
    return fetch(address, { method: "POST", headers: { Accept: "application/json" }, body, signal: AbortSignal.timeout(photos.length ? 60_000 : 15_000) });
  };

  // Drafts: in this browser at once, on the server a moment later. What the server has is taken out of the browser again.
  let draftTimer = 0;
  const keepDraft = async () => {
    if (isDone) return;
    const values = typed();
    number += 1;
    remember(`draft-${values.key}`, { number, values });
    try {
      const answer = await send(callForm.dataset.drafts, { ...values, number: String(number) });
      if (answer.status === 409 && !isDone) {
        location.assign((await answer.json()).location);
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      if (recall(`draft-${values.key}`)?.number === number) remember(`draft-${values.key}`, null);
      saved.textContent = "Kept.";
    } catch {
      saved.textContent = "Kept in this browser; the server does not answer.";
    }
  };
  const restore = () => {
    const kept = recall(`draft-${callForm.elements.key.value}`);
    if (!kept || kept.number <= number) return;
    number = kept.number;
    for (const one of fields()) if (kept.values[one.name] !== undefined && one.type !== "radio") one.value = kept.values[one.name];
  };

  // Drafts of other pages of this browser that never reached the server: a reload brings them there.
  const sendStranded = async () => {
    const current = callForm.elements.key.value;
    for (const name of keptDrafts().filter((one) => one !== `draft-${current}`)) {
      const kept = recall(name);
      const answer = kept && (await send(callForm.dataset.drafts, { ...kept.values, number: String(kept.number) }).catch(() => null));
      if (!answer?.ok && answer?.status !== 409) return; // 409: it has become a call meanwhile
      if (recall(name)?.number === kept.number) remember(name, null); // another tab may be typing on
      if (answer.ok) offerDraft(kept.values);
    }
  };
  const keptDrafts = () => {
    try {
      return Object.keys(localStorage).filter((one) => one.startsWith(`${store}draft-`)).map((one) => one.slice(store.length));
    } catch {
      return [];
    }
  };
  const offerDraft = ({ key, address, description }) => {
    const link = document.createElement("a");
    link.href = `${callForm.dataset.fresh}?draft=${encodeURIComponent(key)}`;
    link.textContent = `Go on with «${(address || description || "an unfinished call").slice(0, 60)}»`;
    saved.replaceChildren(link);
  };

  // What is known, asked again when place, phone, kind or words have changed.
  let panelTimer = 0;
  let asking = null;
  const askPanel = async () => {
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(callForm.dataset.panel, { method: "POST", headers: { Accept: "text/html" }, body: new URLSearchParams(pairs({ ...typed(), csrf_token: token() })), signal: asking.signal });
      if (!answer.ok) return;
      const made = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const name of ["[data-type-offers]", "[data-questions]"]) {
        const fresh = made.querySelector(name);
        const old = callForm.querySelector(name);
        // The questions stay as they are while the kind is the same: half an answer may stand there.
        if (fresh && old && (name !== "[data-questions]" || fresh.dataset.questions !== old.dataset.questions)) old.replaceWith(fresh);
        else fresh?.remove();
      }
      panelPlace.replaceChildren(...made.body.childNodes);
      panelPlace.dataset.asked = String(Number(panelPlace.dataset.asked || 0) + 1);
    } catch {
      // The next change asks again.
    }
  };
  callForm.addEventListener("input", (event) => {
    clearTimeout(draftTimer);
    draftTimer = setTimeout(keepDraft, 700);
    if (["address", "unit"].includes(event.target.name) && callForm.elements.lat.value) {
      callForm.elements.lat.value = callForm.elements.long.value = ""; // another address is another place
    }
    if (!["address", "phone", "service_type", "description", "lat", "long"].includes(event.target.name)) return;
    clearTimeout(panelTimer);
    panelTimer = setTimeout(askPanel, event.target.name === "description" ? 500 : 250);
  });

  // A click on the plan says where it is; a click on a kind that the words suggest takes it.
  document.addEventListener("click", (event) => {
    const plan = event.target.closest("[data-plan]");
    if (plan) {
      const box = plan.getBoundingClientRect();
      const metres = (viewport, size, drawn) => ((viewport / size - 0.5) * drawn) / Number(plan.dataset.unit) / 10;
      const east = metres(event.clientX - box.left, box.width, plan.viewBox.baseVal.width);
      const south = metres(event.clientY - box.top, box.height, plan.viewBox.baseVal.height);
      const lat = Number(plan.dataset.lat);
      callForm.elements.lat.value = (lat - south / 111194.9).toFixed(6);
      callForm.elements.long.value = (Number(plan.dataset.long) + east / (111194.9 * Math.cos((lat * Math.PI) / 180))).toFixed(6);
      callForm.elements.lat.closest("details").open = true;
      callForm.elements.lat.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const offer = event.target.closest("[data-type-offer]");
    if (offer) {
      callForm.elements.service_type.value = offer.dataset.typeOffer;
      callForm.elements.service_type.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });

  // Recording: by the script, so that a server that does not answer costs nothing. The form's key makes it one call.
  const outbox = document.querySelector("[data-outbox]");
  const showOutbox = () => {
    const waiting = recall("outbox") || [];
    outbox.hidden = waiting.length === 0;
    outbox.querySelector("[data-outbox-text]").textContent =
      waiting.length === 1 ? "1 call is kept on this device and is sent as soon as the server answers." : `${waiting.length} calls are kept on this device and are sent as soon as the server answers.`;
  };
  const sendOutbox = async () => {
    for (const values of recall("outbox") || []) {
      const answer = await send(callForm.action, values).catch(() => null);
      if (!answer || answer.status >= 500 || answer.status === 403) return; // later, or after signing in again
      if (!answer.ok) {
        const kept = await send(callForm.dataset.drafts, { ...values, number: "1" }).catch(() => null); // it needs a look
        if (!kept?.ok) return; // it stays here until somebody keeps it
        offerDraft(values);
      }
      remember("outbox", (recall("outbox") || []).filter((one) => one.key !== values.key));
      showOutbox();
    }
  };
  callForm.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (button?.name === "do") return; // the plain way
    event.preventDefault();
    clearTimeout(draftTimer);
    const values = { ...typed(), ...(button?.name ? { [button.name]: button.value } : {}) };
    const photos = [...(callForm.elements.photos?.files || [])];
    const answer = await send(callForm.action, values, photos).catch(() => null);
    delete callForm.dataset.sent;
    if (answer?.status === 201) {
      isDone = true;
      remember(`draft-${values.key}`, null);
      location.assign((await answer.json()).location);
    } else if (answer === null || answer.status >= 500) {
      if (!remember("outbox", [...(recall("outbox") || []), { ...values, kept_at: new Date().toISOString() }])) {
        saved.textContent = "The server does not answer, and this browser keeps nothing. Do not close the page; press again.";
        return;
      }
      remember(`draft-${values.key}`, null);
      startAnew();
      showOutbox();
      saved.textContent = photos.length ? "The photos could not be kept: add them on the call's page once it is sent." : "";
    } else {
      const made = new DOMParser().parseFromString(await answer.text(), "text/html");
      const errors = made.querySelector(".error-summary");
      document.querySelector(".error-summary")?.remove();
      if (errors) {
        document.querySelector(".call-desk").before(errors);
        errors.focus();
      } else {
        saved.textContent = "You are signed out. Open a second tab, sign in there, then press again: nothing is lost.";
      }
    }
  });
  const startAnew = () => {
    callForm.reset();
    for (const one of fields()) if (!["key", "channel", "language", "assistance", "service_type"].includes(one.name)) one.value = "";
    callForm.elements.service_type.value = "0";
    callForm.elements.key.value = newKey();
    number = 0;
    callForm.elements.address.focus();
  };

  // The server answers again: the copy gives way to the page itself, at once if nothing is typed, else by a link.
  const comeBack = async () => {
    const answer = await fetch(callForm.dataset.fresh, { redirect: "manual", headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer || answer.status >= 500) return;
    const isUntouched = !fields().some(({ name, value }) => ["address", "description", "phone", "caller_name"].includes(name) && value);
    if (isUntouched && !(recall("outbox") || []).length) location.replace(callForm.dataset.fresh);
    else document.querySelector("[data-back]").hidden = false;
  };

  addEventListener("online", sendOutbox);
  setInterval(() => {
    if ((recall("outbox") || []).length) sendOutbox();
    if (isAway) comeBack();
  }, 5000);
  restore();
  showOutbox();
  sendOutbox();
  sendStranded();

  // A copy of the empty page is kept in this browser, so that it opens while the server is away.
  if (!isAway) {
    navigator.serviceWorker
      ?.register(callForm.dataset.worker)
      .then(() => navigator.serviceWorker.ready)
      .then((there) => there.active.postMessage("keep"))
      .catch(() => {}); // no https, or forbidden: the page works, but does not open while the server is away
  }
}
