// Taking a call: what is known appears while one types, nothing typed is lost, and one key does each thing.
// While the server is away the page goes on from this browser (away.js opens it again after a reload).
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
  const waitingPlace = document.querySelector("[data-waiting]");
  const isAway = "away" in callForm.dataset; // a copy of the page from before the server went away
  const fields = () => [...callForm.elements].filter((one) => one.name && one.name !== "csrf_token" && !["submit", "button", "file"].includes(one.type) && (!["radio", "checkbox"].includes(one.type) || one.checked));
  const typed = () => {
    const values = {};
    for (const { name, value } of fields()) values[name] = name in values ? [values[name], value].flat() : value; // several ticks
    return values;
  };
  const offerDraft = ({ key, address, description }) => {
    const link = document.createElement("a");
    link.href = `${callForm.dataset.fresh}?draft=${encodeURIComponent(key)}`;
    link.textContent = `Go on with «${(address || description || "an unfinished call").slice(0, 60)}»`;
    saved.replaceChildren(link);
  };
  const showWaiting = () => {
    const [mine, others] = [keeping.waiting.length, keeping.countOthers()];
    const counted = (count) => (count === 1 ? "1 call is" : `${count} calls are`);
    const texts = [];
    if (mine) texts.push(`${counted(mine)} kept on this device and ${mine === 1 ? "is" : "are"} sent as soon as the server answers.`);
    if (others) texts.push(`${counted(others)} kept here for somebody else, who opens this page under her own name to send ${others === 1 ? "it" : "them"}.`);
    waitingPlace.hidden = texts.length === 0;
    waitingPlace.querySelector("[data-waiting-text]").textContent = texts.join(" ");
  };
  const keeping = new CallKeeping(callForm, { offerDraft, showWaiting });
  let number = Number(callForm.dataset.number) || 0;
  let isDone = false;
  let isRecording = false;
  if (isAway) {
    callForm.elements.key.value = Keeping.newKey(); // the copy's own may have been used
    for (const [name, value] of new URLSearchParams(location.search)) {
      if (["phone", "queue", "caller_name", "address"].includes(name)) callForm.elements[name].value = value; // a softphone's
    }
  }

  // Drafts: in this browser at once, on the server a moment later. What the server has is taken out of the browser again.
  let draftTimer = 0;
  const keepDraft = async () => {
    if (isDone) return;
    const values = typed();
    number += 1;
    const mine = number;
    keeping.remember(`draft-${values.key}`, { number, values });
    const answer = await keeping.send(callForm.dataset.drafts, { ...values, number: String(mine) });
    if (isDone || values.key !== callForm.elements.key.value) return;
    if (answer?.status === 409) location.assign((await answer.json()).location);
    else if (!answer?.ok) saved.textContent = answer ? await describe(answer) : "Kept in this browser; the server does not answer.";
    else {
      if (keeping.recall(`draft-${values.key}`)?.number === mine) keeping.remember(`draft-${values.key}`, null);
      saved.textContent = "Kept.";
    }
  };
  const describe = async (answer) => {
    if (answer.status === 403) return "You are signed out. Sign in in a second tab, then go on: nothing is lost.";
    const told = await answer.json().catch(() => []);
    return told[0]?.description || "The server refuses what was sent; it is kept in this browser.";
  };
  const restore = () => {
    const kept = keeping.recall(`draft-${callForm.elements.key.value}`);
    if (!kept || kept.number <= number) return;
    number = kept.number;
    for (const one of fields()) if (kept.values[one.name] !== undefined && one.type !== "radio") one.value = kept.values[one.name];
  };

  // What is known, asked again when place, phone, kind or words have changed.
  let panelTimer = 0;
  let asking = null;
  const askPanel = async () => {
    asking?.abort();
    asking = new AbortController();
    try {
      const body = new FormData(callForm);
      body.delete("photos");
      const answer = await fetch(callForm.dataset.panel, { method: "POST", headers: { Accept: "text/html" }, body: new URLSearchParams(body), signal: asking.signal });
      if (!answer.ok) throw new Error(String(answer.status));
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
    } catch (error) {
      if (error.name !== "AbortError") panelPlace.replaceChildren(); // what stood there was about something else
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
  callForm.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (button?.name === "do") return; // the plain way
    event.preventDefault();
    if (isRecording) return;
    isRecording = true;
    clearTimeout(draftTimer);
    const chosen = button?.name ? { [button.name]: button.value } : {};
    const [kept_at, photos] = [new Date().toISOString(), [...(callForm.elements.photos?.files || [])]];
    const key = callForm.elements.key.value;
    saved.textContent = "Being recorded …";
    const answer = await keeping.send(callForm.action, { ...typed(), ...chosen }, photos);
    isRecording = false;
    delete callForm.dataset.sent;
    if (answer?.status === 201) {
      isDone = true;
      keeping.remember(`draft-${key}`, null);
      location.assign((await answer.json()).location);
    } else if ((!answer || answer.status >= 500) && !saysSomething()) {
      saved.textContent = "Nothing is typed yet, and the server does not answer.";
    } else if (!answer || answer.status >= 500) {
      // What was typed while it was on its way is part of it.
      if (keeping.wait({ ...typed(), ...chosen, kept_at, number: String(number + 1) })) {
        startAnew();
        saved.textContent = photos.length ? "The photos could not be kept: add them on the call's page once it is sent." : "";
      } else {
        saved.textContent = "The server does not answer, and this browser keeps nothing. Do not close the page; press again.";
      }
    } else await sayRefusal(answer);
  });
  const saysSomething = () => ["address", "description", "phone", "caller_name", "lat"].some((name) => callForm.elements[name].value.trim());
  const sayRefusal = async (answer) => {
    document.querySelector(".error-summary")?.remove();
    const isPage = answer.headers.get("Content-Type")?.includes("html");
    const errors = isPage && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".error-summary");
    if (!errors) {
      saved.textContent = await describe(answer);
      return;
    }
    saved.textContent = "";
    document.querySelector(".call-desk").before(errors);
    errors.focus();
  };
  const startAnew = () => {
    clearTimeout(panelTimer);
    asking?.abort();
    panelPlace.replaceChildren();
    callForm.reset();
    for (const one of fields()) if (!["key", "channel", "language", "assistance", "service_type"].includes(one.name)) one.value = "";
    callForm.elements.service_type.value = "0";
    callForm.elements.key.value = Keeping.newKey();
    number = 0;
    callForm.elements.address.focus();
  };

  // The server answers again: the copy gives way to the page itself, at once if nothing is typed or waits (calls wait
  // on if the aide is signed out, and only the page itself asks her to sign in), else by a link.
  const content = () => JSON.stringify({ ...typed(), key: "" });
  const untouched = content();
  const back = document.querySelector("[data-back]");
  const comeBack = async () => {
    if (!back.hidden) return;
    // Without a cookie: nobody is kept signed in by a page that only waits.
    const options = { credentials: "omit", redirect: "manual", signal: AbortSignal.timeout(4_000) };
    const answer = await fetch(callForm.dataset.fresh, options).catch(() => null);
    if (!answer || answer.status >= 500) return;
    if (content() === untouched && !keeping.waiting.length) location.replace(callForm.dataset.fresh);
    else back.hidden = false;
  };

  addEventListener("online", () => keeping.sendWaiting());
  setInterval(async () => {
    await keeping.sendWaiting();
    if (isAway && !keeping.isSending) await comeBack(); // a slow sending is not yet a call that waits on
  }, 5000);
  restore();
  showWaiting();
  keeping.sendWaiting();
  keeping.sendStranded(callForm.elements.key.value);

  // A copy of the empty page is kept in this browser, so that it opens while the server is away.
  if (!isAway) {
    navigator.serviceWorker
      ?.register(callForm.dataset.awayScript)
      .then(() => navigator.serviceWorker.ready)
      .then((there) => there.active.postMessage("keep"))
      .catch(() => {}); // no https, or forbidden: the page works, but does not open while the server is away
  }
}
