/**
 * Chooses the colour theme before anything is painted; loaded as a small blocking script.
 *
 * The choice (auto, light or dark) lives in this browser only. "auto" follows
 * the system: then the attribute is absent and the style sheet decides.
 */
import "./language-choice.js";

const KEY = "wattloom-theme";

function apply(choice) {
  if (choice === "light" || choice === "dark") {
    document.documentElement.dataset.theme = choice;
  } else {
    delete document.documentElement.dataset.theme;
  }
}

function stored() {
  try {
    return localStorage.getItem(KEY) ?? "auto";
  } catch {
    return "auto"; // storage may be switched off
  }
}

function choose(choice) {
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // the choice then lasts as long as the page
  }
  apply(choice);
  document.dispatchEvent(new CustomEvent("wattloom:theme"));
}

apply(stored());

document.addEventListener("DOMContentLoaded", () => {
  for (const input of document.querySelectorAll("input[name=theme]")) {
    input.checked = input.value === stored();
    input.addEventListener("change", () => choose(input.value));
  }
});
