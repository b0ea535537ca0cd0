// Offers known addresses while somebody types; the form works without, because the server looks the text up itself.
"use strict";

for (const input of document.querySelectorAll("input[data-offers]")) {
  const list = document.getElementById(input.getAttribute("list"));
  let asked = "";
  let timer = 0;
  const offer = async () => {
    const typed = input.value.trim();
    if (typed.length < 2 || typed === asked) return;
    asked = typed;
    const answer = await fetch(`${input.dataset.offers}?q=${encodeURIComponent(typed)}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || input.value.trim() !== typed) return;
    const offers = await answer.json();
    list.replaceChildren(...offers.map(({ address }) => new Option(address, address)));
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => offer().catch(() => {}), 150);
  });
}
