// What a crew tells is kept on its phone first, and sent in order: steps as `keeping.js` keeps any form, and photos, which
// are too large for that, in the browser's database. Everything lies under the number of whoever told it.
"use strict";

class CrewKeeping extends Keeping {
  constructor(form, changed) {
    super(form, "crew", { showWaiting: changed, wasSent: (values, answer) => this.#wasTaken(values, answer) });
    this.changed = changed;
  }

  // The phone's clock at the moment of sending shows the server how wrong it is.
  send(address, { title, photo, ...values }, photos = []) {
    return super.send(address, { ...values, sent_at: new Date().toISOString() }, photos);
  }

  async photosOf({ key, photo }) {
    const kept = photo ? await this.photo("readonly", (store) => store.get(this.prefix + key)) : null;
    return kept ? [kept] : [];
  }

  // What the server refuses waits no more, and stays here with the reason until somebody has seen to it.
  async becomesDraft(values, answer) {
    const told = await answer.json().catch(() => []);
    const tooLarge = "The photo is too large to be sent.";
    const why = answer.status === 413 ? tooLarge : told[0]?.description || "The office's computer could not take it. Try again.";
    return this.remember("refused", [...this.refused.filter((one) => one.values.key !== values.key), { values, why }]);
  }

  get refused() {
    return this.recall("refused") || [];
  }

  tryAgain(key) {
    const again = this.refused.find((one) => one.values.key === key);
    if (again && this.wait(again.values)) this.#forgetRefused(key);
  }

  async throwAway(key) {
    this.#forgetRefused(key);
    await this.photo("readwrite", (store) => store.delete(this.prefix + key)).catch(() => {});
  }

  #forgetRefused(key) {
    this.remember("refused", this.refused.filter((one) => one.values.key !== key));
    this.changed();
  }

  // What the server took after this page was made is not on it yet.
  takenSince(made) {
    return (this.recall("taken") || []).filter((one) => one.taken_at > made);
  }

  async #wasTaken({ key, booking, kind, at, photo }, { now }) {
    const recent = (this.recall("taken") || []).slice(-200);
    this.remember("taken", [...recent, { key, booking, kind, at, photo, taken_at: now || new Date().toISOString() }]);
    if (photo) await this.photo("readwrite", (store) => store.delete(this.prefix + key)).catch(() => {});
  }

  // ---- photos
  async photo(mode, ask) {
    this.base ??= new Promise((resolve, reject) => {
      const open = indexedDB.open("crew-photos", 1);
      open.onupgradeneeded = () => open.result.createObjectStore("photos");
      open.onsuccess = () => resolve(open.result);
      open.onerror = () => reject(open.error);
    });
    const transaction = (await this.base).transaction("photos", mode);
    const asked = ask(transaction.objectStore("photos"));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  }

  keepPhoto(key, blob) {
    return this.photo("readwrite", (store) => store.put(blob, this.prefix + key)).then(() => true, () => false);
  }

  // Drawn anew, no larger than is needed, and without what the camera wrote into it.
  static async smaller(file) {
    try {
      const picture = await createImageBitmap(file);
      const scale = Math.min(1, 2048 / Math.max(picture.width, picture.height));
      const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      return (await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85))) || file;
    } catch {
      return file; // the server makes it anew too, or says why it cannot
    }
  }
}
