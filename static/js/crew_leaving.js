// Whoever leaves a phone to somebody else: signing out says what is not sent yet, and whoever signs in finds no sheet of
// the one before. What waits stays, under the number of whoever told it.
"use strict";

for (const form of document.querySelectorAll("form[data-leaves]")) {
  form.addEventListener("submit", () => {
    let waiting = [];
    try {
      waiting = JSON.parse(localStorage.getItem(`crew-${form.dataset.leaves}-waiting`)) || [];
    } catch {
      // Storage is forbidden: nothing waits there.
    }
    const counted = waiting.length === 1 ? "1 step is" : `${waiting.length} steps are`;
    if (waiting.length) form.dataset.confirm = `${counted} not sent yet. They stay on this phone until you sign in here again. Sign out all the same?`;
    else delete form.dataset.confirm;
  });
}
if (document.querySelector("[data-forgets-sheet]") && "caches" in self) caches.delete("/staff/crew-away").catch(() => {});
