/* Keeps the page of the lists and its files, for when there is no connection; and no other page. */
"use strict";

const PAGE = new URL("./", self.location).pathname;
const KEPT = "register";

/* The page and all it names, fetched anew together, so that parts of two versions never meet. */
async function renew() {
  const answer = await fetch(PAGE, { cache: "reload" });
  if (!answer.ok || answer.redirected) return;
  const named = (await answer.clone().text()).matchAll(/(?:href|src)="(\/static\/[^"]+)"/g);
  const files = [...new Set([...named].map((found) => found[1]))];
  const answers = await Promise.all(files.map((file) => fetch(file, { cache: "reload" })));
  if (answers.some((one) => !one.ok)) return;
  const kept = await caches.open(KEPT);
  await Promise.all(files.map((file, n) => kept.put(file, answers[n])));
  await kept.put(PAGE, answer);
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(renew());
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  if (event.data === "renew") event.waitUntil(renew().catch(() => {}));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const ours = pathname === PAGE || pathname.startsWith("/static/");
  if (request.method !== "GET" || origin !== self.location.origin || !ours) return;
  event.respondWith(answer(request, pathname));
});

async function answer(request, pathname) {
  const kept = await caches.open(KEPT);
  const found = await kept.match(pathname === PAGE ? PAGE : request, { ignoreVary: true });
  return found ?? fetch(request);
}
