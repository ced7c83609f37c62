/** Keys that work on every page: "/" searches, "g" and a letter goes somewhere; never while somebody types. */

const PLACES = { s: "/dashboard", a: "/assets", h: "/guide" };
const PAUSE_MS = 1000;

let wentAt = 0;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) {
    return;
  }
  const isGoing = event.timeStamp - wentAt < PAUSE_MS;
  wentAt = event.key === "g" ? event.timeStamp : 0;
  if (isGoing && event.key in PLACES) {
    event.preventDefault();
    location.assign(PLACES[event.key]);
  } else if (event.key === "/") {
    const search = document.querySelector("input[type=search]");
    if (search === null) {
      location.assign("/assets?search");
    } else {
      event.preventDefault();
      search.focus();
    }
  }
});

if (new URLSearchParams(location.search).has("search")) {
  document.querySelector("input[type=search]")?.focus();
}

function isTyping(element) {
  return element.closest?.("input, textarea, select, [contenteditable], dialog") !== null;
}
