// Keeps the page for when there is no network. Built files have their hash in their name, so what is kept is right.
const CACHE = "start-points-__VERSION__";
const FILES = __FILES__;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(FILES))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  const isOld = (name) => name.startsWith("start-points-") && name !== CACHE;
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(isOld).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const isOurs = request.method === "GET" && new URL(request.url).origin === self.location.origin;
  if (!isOurs) return;
  event.respondWith(answer(request));
});

// A page comes from the network first, so that a new version is seen; offline the stored copy is used.
async function answer(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request.mode === "navigate" ? "./" : request, { ignoreSearch: true });
  if (request.mode !== "navigate") return kept ?? fetch(request);
  try {
    return await fetch(request);
  } catch {
    return kept ?? Response.error();
  }
}
