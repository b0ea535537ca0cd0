// A map that is seldom needed: its scripts are loaded, one after the other, when somebody opens the part it stands in.
"use strict";
function loadMapWhenOpened(holder, addresses, begin, fail) {
  let isAsked = false;

  function load(address) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.addEventListener("load", resolve);
      script.addEventListener("error", reject);
      document.head.append(script);
    });
  }

  async function open() {
    if (isAsked || !holder.open) return;
    isAsked = true;
    try {
      for (const address of addresses.split(" ")) await load(address);
      begin();
    } catch {
      isAsked = false; // closing and opening it tries again
      fail();
    }
  }

  holder.addEventListener("toggle", open);
  open();
}
