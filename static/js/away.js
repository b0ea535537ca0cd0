// Opens a form while the server is away, from a copy in which nobody's data is. It is served beside that copy, as
// `…/away.js` beside `…/away`; `?opens=` says how the addresses end that the copy stands for.
"use strict";

const AWAY = self.location.href.replace(/\.js(\?.*)?$/, "");
const COPIES = new URL(AWAY).pathname;
const OPENS = new URLSearchParams(self.location.search).get("opens");
const PATIENCE_MS = 8_000; // a server that is switched off does not even refuse

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// The page asks for it whenever it was opened, so that the copy is as new as the page.
self.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keepCopy());
});

async function keepCopy() {
  const answer = await fetch(AWAY, { credentials: "same-origin" });
  if (answer.redirected || [401, 403].includes(answer.status)) return caches.delete(COPIES); // whoever it was for left
  if (!answer.ok) return; // away already: the older copy stays
  const text = await answer.clone().text();
  const named = [...text.matchAll(/(?:src|href)="(\/(?:static|bootstrap)\/[^"#]+)/g)];
  const files = [...new Set(named.map(([, address]) => new URL(address.replaceAll("&amp;", "&"), self.location).href))];
  const copies = await caches.open(COPIES);
  const known = new Set((await copies.keys()).map(({ url }) => url));
  await copies.addAll(files.filter((one) => !known.has(one)));
  await copies.put(AWAY, answer);
  for (const url of known) if (url !== AWAY && !files.includes(url)) await copies.delete(url);
  if (COPIES.endsWith("/calls/away")) await caches.delete("call-page"); // its earlier name, which served until now
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  if (request.method !== "GET") return;
  if (request.mode === "navigate" && pathname.endsWith(OPENS)) event.respondWith(openPage(request));
  else if (/^\/(static|bootstrap)\//.test(pathname)) event.respondWith(openFile(request));
});

async function openPage(request) {
  const tooLong = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, null));
  const answer = await Promise.race([fetch(request).catch(() => null), tooLong]);
  if (answer && answer.status < 502) return answer;
  return (await (await caches.open(COPIES)).match(AWAY)) ?? (await caches.match(AWAY)) ?? answer ?? Response.error();
}

async function openFile(request) {
  return (await caches.match(request)) ?? fetch(request); // another version has another address
}
