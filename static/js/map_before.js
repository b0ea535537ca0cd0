// Runs before Leaflet: it reads these switches when it loads. Whoever wants less motion gets maps that do not glide.
"use strict";
window.L_NO_TOUCH = false;
window.L_DISABLE_3D = matchMedia("(prefers-reduced-motion: reduce)").matches;
