// Writing a visit down where there may be no network: what is typed stays on this device until the server has it.
// Without this script the form works like any other.
"use strict";

const visitForm = document.getElementById("visit-form");

// A visit has no draft on the server: what that refuses stays here as unfinished, with the reason.
class VisitKeeping extends Keeping {
  async becomesDraft(values, answer) {
    const key = answer.status === 409 ? Keeping.newKey() : values.key; // 409: another visit has that key
    return this.remember(`draft-${key}`, { values: { ...values, key }, why: await VisitKeeping.reason(answer) });
  }

  static async reason(answer) {
    if (answer.status === 403) return "You are signed out. Sign in in a second tab, then send it again: nothing is lost.";
    if (answer.status === 413) return "The photos are too large together. Send fewer; 20 MB go at once.";
    const told = await answer.json().catch(() => []);
    return told[0]?.description || "The server could not take it. It is kept here; try again.";
  }
}

if (visitForm) {
  const saved = document.querySelector("[data-visit-saved]");
  const refused = document.querySelector("[data-refused]");
  const isAway = "away" in visitForm.dataset; // a copy of the page from before the network went away
  const { elements } = visitForm;
  const own = elements.number.type === "hidden" ? elements.number.value : ""; // the case that the page is about
  const nothing = { conditions: [], seen: "", next_step: "", people_met: "", made_at: "", kept_at: "", planned: "", task: "" };
  const typed = () => {
    const values = {};
    for (const one of elements) {
      if (!one.name || one.name === "csrf_token" || ["submit", "button", "file"].includes(one.type)) continue;
      if (one.type === "checkbox" && !one.checked) continue;
      values[one.name] = one.name in values ? [values[one.name], one.value].flat() : one.value;
    }
    return values;
  };
  const fill = (values) => {
    for (const one of elements) {
      if (!one.name || one.name === "csrf_token" || ["submit", "button", "file"].includes(one.type)) continue;
      const given = [values[one.name] ?? []].flat();
      if (one.type === "checkbox") one.checked = given.includes(one.value);
      else if (given.length) one.value = given[0];
    }
  };
  const saysSomething = (values) => Boolean(values.conditions || values.seen?.trim() || values.next_step?.trim() || values.people_met?.trim());
  const counted = (count) => (count === 1 ? "1 visit is" : `${count} visits are`);

  const showWaiting = () => {
    const [mine, others] = [keeping.waiting.length, keeping.countOthers()];
    const texts = [];
    if (mine) texts.push(`${counted(mine)} kept on this device and ${mine === 1 ? "is" : "are"} sent as soon as there is a network.`);
    if (mine && keeping.isSignedOut) texts.push("You are signed out: sign in in a second tab, so that it can be sent.");
    if (others) texts.push(`${counted(others)} kept here for somebody else, who opens this page under her own name to send ${others === 1 ? "it" : "them"}.`);
    const place = document.querySelector("[data-waiting]");
    place.hidden = texts.length === 0;
    place.querySelector("[data-waiting-text]").textContent = texts.join(" ");
  };
  const wasSent = (values, { location: address, number }) => {
    const link = document.createElement("a");
    link.href = address;
    link.textContent = `Sent: the visit is in the file of case ${number || values.number}.`;
    saved.replaceChildren(link);
  };
  const keeping = new VisitKeeping(visitForm, "visit", { showWaiting, wasSent });

  // ---- what was begun on this device and neither sent nor thrown away
  const showDrafts = () => {
    const kept = keeping.draftNames.filter((one) => one !== `draft-${elements.key.value}`);
    const lines = kept.map((name) => [name, keeping.recall(name)]).filter(([, one]) => one);
    document.querySelector("[data-drafts]").hidden = lines.length === 0;
    document.querySelector("[data-draft-list]").replaceChildren(...lines.map(([name, one]) => draftLine(name, one)));
  };
  const draftLine = (name, { values, why }) => {
    const line = document.createElement("li");
    const isElsewhere = own && values.number !== own; // under this page's heading it would be taken for this case's
    const way = document.createElement(isElsewhere ? "a" : "button");
    if (isElsewhere) way.href = `${visitForm.dataset.fresh}#${name}`;
    else {
      Object.assign(way, { type: "button", className: "link-button" });
      way.addEventListener("click", () => goOn(name));
    }
    way.textContent = `Go on with case ${values.number || "?"}: ${(values.seen || "nothing written yet").slice(0, 60)}`;
    line.append(way, ...(why ? [document.createTextNode(` ${why}`)] : []));
    return line;
  };
  const goOn = (name) => {
    const { values, why } = keeping.recall(name) || {};
    if (!values || (own && values.number !== own)) return;
    keepDraft();
    fill({ ...nothing, ...values });
    sayRefusal(why || "");
    showDrafts();
    elements.seen.focus();
  };
  const keepDraft = () => {
    const values = typed();
    if (saysSomething(values)) keeping.remember(`draft-${values.key}`, { values });
  };
  // What was typed while the form was on its way is no part of it: it goes on as another visit.
  const typedSince = ({ key, kept_at, ...sent }) => {
    const { key: present, kept_at: _, ...now } = typed();
    if (present !== key) return null; // another draft was opened, and is kept as such
    return JSON.stringify(now) === JSON.stringify(sent) ? null : { ...nothing, ...now, planned: "", task: "", key: Keeping.newKey() };
  };
  const startAnew = (rest) => {
    visitForm.reset();
    fill({ ...nothing, number: own, key: Keeping.newKey(), ...rest });
    keepDraft();
    showDrafts();
  };
  const sayRefusal = (text) => {
    refused.replaceChildren();
    if (!text) return;
    const box = document.createElement("div");
    const line = document.createElement("p");
    Object.assign(box, { className: "error-summary", tabIndex: -1 });
    box.setAttribute("role", "alert");
    line.textContent = text;
    box.append(line);
    refused.append(box);
    box.focus();
  };

  let isSending = false;
  const send = async () => {
    const values = typed();
    if (!saysSomething(values)) return sayRefusal("Say what you saw, or tick at least one condition.");
    if (!values.number?.trim()) return sayRefusal("Give the number of the case.");
    const photos = [...(elements.photos?.files || [])];
    sayRefusal("");
    saved.textContent = "Being sent …";
    const kept_at = values.kept_at || new Date().toISOString(); // when it was written; the server may hear of it hours later
    const answer = await keeping.send(visitForm.action, values, photos);
    const rest = typedSince(values);
    saved.textContent = "";
    if (answer?.status === 201) {
      keeping.remember(`draft-${values.key}`, null);
      if (rest) keeping.remember(`draft-${rest.key}`, { values: rest, why: "Typed while the visit before it was being sent." });
      location.assign((await answer.json()).location);
    } else if (answer && answer.status < 500) {
      if (answer.status === 409 && elements.key.value === values.key) {
        keeping.remember(`draft-${values.key}`, null);
        elements.key.value = Keeping.newKey(); // another visit has the key
      }
      keepDraft();
      sayRefusal(await VisitKeeping.reason(answer));
    } else if (keeping.wait({ ...values, kept_at })) {
      startAnew(rest);
      const said = [];
      if (rest) said.push("What you typed meanwhile is still here, as another visit: send it too, or throw it away.");
      if (photos.length) said.push("The photos could not be kept: add them from the phone's own pictures once the visit is sent.");
      saved.textContent = said.join(" ");
    } else sayRefusal("There is no network, and this browser keeps nothing. Do not close the page; press again.");
  };
  visitForm.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    await send().finally(() => {
      isSending = false;
      delete visitForm.dataset.sent;
    });
  });
  visitForm.addEventListener("input", keepDraft);
  document.querySelector("[data-throw-away]").addEventListener("click", () => {
    if (saysSomething(typed()) && !window.confirm("Throw away what is typed here?")) return;
    keeping.remember(`draft-${elements.key.value}`, null);
    sayRefusal("");
    startAnew();
  });

  // ---- the copy: the address says which case it is about, and its own key may have been used
  if (isAway) {
    elements.key.value = Keeping.newKey();
    elements.number.value = /\/cases\/([^/]+)\/visits\/new$/.exec(location.pathname)?.[1] || "";
    for (const name of ["planned", "task"]) elements[name].value = new URLSearchParams(location.search).get(name) || "";
  }
  const comeBack = async () => {
    const back = document.querySelector("[data-back]");
    if (!back.hidden) return;
    // Without a cookie: nobody is kept signed in by a page that only waits.
    const options = { credentials: "omit", redirect: "manual", signal: AbortSignal.timeout(4_000) };
    const answer = await fetch(visitForm.dataset.fresh, options).catch(() => null);
    if (!answer || answer.status >= 500) return;
    document.querySelector("[data-back-link]").href = location.href;
    back.hidden = false;
  };

  addEventListener("online", () => keeping.sendWaiting().then(showDrafts));
  setInterval(async () => {
    if (keeping.waiting.length) await keeping.sendWaiting().then(showDrafts);
    if (isAway) await comeBack();
  }, 5000);
  addEventListener("pageshow", (event) => event.persisted && location.reload()); // its key may have been used meanwhile
  showWaiting();
  showDrafts();
  if (location.hash.startsWith("#draft-")) {
    goOn(decodeURIComponent(location.hash.slice(1)));
    history.replaceState(null, "", location.pathname + location.search);
  }
  keeping.sendWaiting().then(showDrafts);

  if (!isAway) {
    navigator.serviceWorker
      ?.register(visitForm.dataset.awayScript)
      .then(() => navigator.serviceWorker.ready)
      .then((there) => there.active.postMessage("keep"))
      .catch(() => {}); // no https, or forbidden: the page works, but does not open without network
  }
}
