// Calls are kept as `keeping.js` keeps any form; their drafts are the server's too.
"use strict";

class CallKeeping extends Keeping {
  constructor(form, { offerDraft, showWaiting }) {
    super(form, "call", { showWaiting });
    this.offerDraft = offerDraft;
  }

  async becomesDraft(values) {
    const kept = await this.send(this.form.dataset.drafts, values);
    if (kept?.ok) this.offerDraft(values);
    return kept?.ok || kept?.status === 409; // 409: it is a call already
  }

  // ---- drafts of other pages of this browser that never reached the server
  async sendStranded(current) {
    for (const name of this.draftNames.filter((one) => one !== `draft-${current}`)) {
      const kept = this.recall(name);
      if (!kept) continue;
      const answer = await this.send(this.form.dataset.drafts, { ...kept.values, number: String(kept.number) });
      if (!answer || answer.status === 403) return;
      if (!answer.ok && answer.status !== 409) continue;
      if (this.recall(name)?.number === kept.number) this.remember(name, null); // another tab may be typing on
      if (answer.ok) this.offerDraft(kept.values);
    }
  }
}
