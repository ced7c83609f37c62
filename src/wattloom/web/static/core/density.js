/** Close rows or wide ones, in all tables: <input type="checkbox" data-density>. This browser remembers it. */
const KEY = "wattloom-density";

function stored() {
  try {
    return localStorage.getItem(KEY) === "close";
  } catch {
    return false; // storage may be switched off
  }
}

function show(isClose) {
  document.documentElement.classList.toggle("close-rows", isClose);
  document.querySelectorAll("[data-density]").forEach((box) => {
    box.checked = isClose;
  });
}

document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-density]")) {
    const isClose = event.target.checked;
    try {
      localStorage.setItem(KEY, isClose ? "close" : "wide");
    } catch {
      // the choice then lasts as long as the page
    }
    show(isClose);
  }
});

// A table that is exchanged comes with a box of its own.
document.addEventListener("htmx:after:swap", () => show(document.documentElement.classList.contains("close-rows")));

show(stored());
