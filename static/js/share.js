// Passes the address of a page on: by the device's own sharing where it has it, else into the clipboard.
"use strict";

for (const button of document.querySelectorAll("[data-share]")) {
  const address = document.getElementById("share");
  const status = document.querySelector("[data-share-status]");
  button.addEventListener("click", async () => {
    address.select();
    try {
      if (navigator.share) await navigator.share({ title: document.title, url: address.value });
      else {
        await navigator.clipboard.writeText(address.value);
        status.textContent = button.dataset.done;
      }
    } catch {
      // The address stands selected in its field, ready to be copied by hand.
    }
  });
}
