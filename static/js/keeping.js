// What keeps a form from being lost: the browser's own store, and forms that wait there for the server.
// Every form has a key, so that sending it twice records it once. `kind` says what it is: a call, a visit.
"use strict";

class Keeping {
  constructor(form, kind, { showWaiting, wasSent = () => {} }) {
    this.form = form;
    this.kind = kind;
    this.prefix = `${kind}-${form.dataset.user}-`;
    this.showWaiting = showWaiting;
    this.wasSent = wasSent;
    this.isSending = false;
    this.isSignedOut = false; // what waits was refused for want of a sign-in
    this.#takeOver();
  }

  // What waits in this browser since before its name was changed.
  #takeOver() {
    const former = this.recall("outbox") || [];
    const known = new Set(this.waiting.map(({ key }) => key));
    const all = [...former.filter(({ key }) => !known.has(key)), ...this.waiting];
    if (former.length && this.remember("waiting", all)) this.remember("outbox", null);
  }

  remember(name, value) {
    try {
      if (value === null) localStorage.removeItem(this.prefix + name);
      else localStorage.setItem(this.prefix + name, JSON.stringify(value));
      return true;
    } catch {
      return false; // storage is forbidden or full: the server has the draft
    }
  }

  recall(name) {
    try {
      return JSON.parse(localStorage.getItem(this.prefix + name));
    } catch {
      return null;
    }
  }

  static newKey() {
    return crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2);
  }

  // ---- sending: the answer, or null where nobody answers in time. Given up, it may have arrived all the same.
  async send(address, values, photos = []) {
    const answer = await this.#post(address, values, photos);
    const isOldToken = answer && [400, 403].includes(answer.status) && answer.headers.get("Content-Type")?.includes("json");
    const isRenewed = isOldToken ? await this.#renewToken() : false;
    if (isRenewed) return this.#post(address, values, photos);
    return isRenewed === null && answer.status === 400 ? null : answer; // a 403 says already that it waits for a sign-in
  }

  #post(address, values, photos) {
    const body = photos.length ? new FormData() : new URLSearchParams();
    const token = this.form.elements.csrf_token?.value || "";
    for (const [name, value] of Object.entries({ ...values, csrf_token: token })) {
      for (const one of [value].flat()) body.append(name, one);
    }
    for (const photo of photos) body.append("photos", photo);
    const signal = AbortSignal.timeout(photos.length ? 60_000 : 15_000);
    return fetch(address, { method: "POST", headers: { Accept: "application/json" }, body, signal }).catch(() => null);
  }

  // Whoever signs in again, in another tab, makes the token of this page worthless. False where it was good, so that the
  // answer stands; null where nobody can tell now: the page cannot be had, or somebody else is signed in.
  async #renewToken() {
    const asked = fetch(this.form.dataset.fresh, { signal: AbortSignal.timeout(15_000) });
    const page = await asked.then((one) => (one.ok ? one.text() : "")).catch(() => "");
    const fresh = new DOMParser().parseFromString(page, "text/html").getElementById(this.form.id);
    const token = fresh?.querySelector("[name=csrf_token]")?.value;
    if (!token || fresh.dataset.user !== this.form.dataset.user) return null;
    if (token === this.form.elements.csrf_token.value) return false;
    for (const one of document.querySelectorAll("[name=csrf_token]")) one.value = token;
    return true;
  }

  // ---- forms that wait for the server
  get waiting() {
    return this.recall("waiting") || [];
  }

  // The keys of what was typed and neither sent nor thrown away.
  get draftNames() {
    try {
      const start = `${this.prefix}draft-`;
      return Object.keys(localStorage).filter((one) => one.startsWith(start)).map((one) => one.slice(this.prefix.length));
    } catch {
      return [];
    }
  }

  wait(values) {
    const others = this.waiting.filter((one) => one.key !== values.key);
    const isKept = this.remember("waiting", [...others, values]);
    if (isKept) this.remember(`draft-${values.key}`, null);
    this.showWaiting();
    return isKept;
  }

  // In one tab at a time; what the server refuses is kept as unfinished, and only then waits no more.
  async sendWaiting() {
    if (!this.waiting.length || this.isSending) return;
    this.isSending = true;
    try {
      if (navigator.locks) await navigator.locks.request(`${this.kind}-waiting`, { ifAvailable: true }, (lock) => lock && this.#sendEach());
      else await this.#sendEach();
    } finally {
      this.isSending = false;
    }
  }

  async #sendEach() {
    for (const values of this.waiting) {
      const answer = await this.send(this.form.action, values, await this.photosOf(values));
      this.isSignedOut = answer?.status === 403;
      this.showWaiting();
      if (!answer || answer.status === 403 || answer.status > 500) return; // later, or after signing in again
      if (answer.ok) await this.wasSent(values, await answer.json().catch(() => ({})));
      else if (!(await this.becomesDraft(values, answer))) continue; // it stays until somebody can keep it
      this.remember("waiting", this.waiting.filter((one) => one.key !== values.key));
      this.showWaiting();
    }
  }

  // Photos that wait with a form, for those that keep some.
  async photosOf() {
    return [];
  }

  // How many others keep in this browser, who signed in at the same desk.
  countOthers() {
    try {
      const others = Object.keys(localStorage).filter((one) => new RegExp(`^${this.kind}-\\d+-(waiting|outbox)$`).test(one) && !one.startsWith(this.prefix));
      return others.reduce((sum, one) => sum + (JSON.parse(localStorage.getItem(one)) || []).length, 0);
    } catch {
      return 0;
    }
  }
}
