// A page that waits for a long job asks how far it is, and opens anew when it is done. Without scripts a link does so.
"use strict";
{
  const box = document.querySelector("[data-job]");
  const words = box?.querySelector("[data-job-words]");
  const bar = box?.querySelector("[data-job-bar]");

  async function look() {
    try {
      const answer = await fetch(box.dataset.job, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      const job = await answer.json();
      if (job.is_finished) {
        location.reload();
        return;
      }
      if (words.textContent !== job.words) words.textContent = job.words;
      if (job.total) {
        bar.max = job.total;
        bar.value = job.done;
      }
      setTimeout(look, 1000);
    } catch {
      words.textContent = "The server does not answer. It is asked again in a moment.";
      setTimeout(look, 5000);
    }
  }

  if (box) setTimeout(look, 700);
}
