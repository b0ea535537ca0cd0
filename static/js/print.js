// A button that prints the page; without it the browser's own menu does.
"use strict";

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
