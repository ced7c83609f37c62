/**
 * Lets the app be installed, and shows the last known page of a site while the server cannot be reached.
 *
 * Files whose names carry their hash are kept for good. Front pages of sites and what their charts are made of are
 * asked for anew each time, and kept for when that fails. Whoever logs out leaves nothing behind, and whoever logs in
 * finds nothing of somebody whose session had just ended.
 */
const FILES = "files-1";
const LAST_SEEN = "last-seen-1";
const MOST_FILES = 80;
const KEPT = [/^\/assets\/\d+\/overview$/, /^\/api\/v4\/assets\/\d+\/plan$/, /^\/api\/v4\/schedules\/[\w-]+\/explanation$/];

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) {
    return;
  }
  // The forms that are sent as pages are those of logging in and out.
  if (request.method === "POST" && request.mode === "navigate") {
    event.waitUntil(caches.delete(LAST_SEEN));
    return;
  }
  if (request.method !== "GET") {
    return;
  }
  if (url.pathname.startsWith("/ui/static/")) {
    event.respondWith(keptFile(request));
  } else if (KEPT.some((path) => path.test(url.pathname))) {
    event.respondWith(newestOrLastSeen(request, url.pathname));
  }
});

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== FILES && name !== LAST_SEEN).map((name) => caches.delete(name)));
}

async function keptFile(request) {
  const cache = await caches.open(FILES);
  const known = await cache.match(request);
  if (known !== undefined) {
    return known;
  }
  const answer = await fetch(request);
  if (answer.ok) {
    await cache.put(request, answer.clone());
    const keys = await cache.keys();
    await Promise.all(keys.slice(0, -MOST_FILES).map((key) => cache.delete(key)));
  }
  return answer;
}

/**
 * One answer is kept for each path, whatever its query: the range of a chart moves with the time. What may not be read
 * any more is forgotten.
 */
async function newestOrLastSeen(request, path) {
  const cache = await caches.open(LAST_SEEN);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) {
      await cache.put(path, answer.clone());
    } else if (answer.status === 403 || answer.status === 404) {
      await cache.delete(path);
    }
    return answer;
  } catch (error) {
    const known = await cache.match(path);
    if (known === undefined) {
      throw error;
    }
    return known;
  }
}
