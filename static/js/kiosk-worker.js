/* Keeps the page of a tablet and its files for when there is no connection; and no other page. */
"use strict";

const PAGE = new URL("./", self.location).pathname;
const KEPT = "kiosk";

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(renew());
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function renew() {
  const answer = await fetch(PAGE, { cache: "reload" });
  const named = (await answer.clone().text()).matchAll(/(?:href|src)="(\/static\/[^"]+)"/g);
  const kept = await caches.open(KEPT);
  await kept.addAll([...new Set([...named].map((found) => found[1]))]);
  await kept.put(PAGE, answer);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const ours = pathname === PAGE || pathname.startsWith("/static/");
  if (request.method === "GET" && origin === self.location.origin && ours) event.respondWith(fresh(request, pathname));
});

/* What is new goes first: the next group has another question. */
async function fresh(request, pathname) {
  const kept = await caches.open(KEPT);
  const key = pathname === PAGE ? PAGE : request;
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) await kept.put(key, answer.clone());
    return answer;
  } catch (error) {
    const found = await kept.match(key, { ignoreVary: true });
    if (found) return found;
    throw error;
  }
}
