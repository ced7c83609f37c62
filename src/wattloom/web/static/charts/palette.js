/** The colours of the style sheet as they are now: canvases cannot read custom properties themselves. */

const NAMES = [
  "surface", "raised", "line", "line-strong", "text", "text-2", "text-3", "accent", "good", "warn", "bad",
  "pv", "grid-import", "grid-export", "battery", "ev", "heat", "process", "load", "price", "limit",
  "cheap", "dear", "night",
];

/** Return the colours by token name, and `font`, in the present theme. @param {Element} element inside the page */
export function palette(element) {
  const probe = element.appendChild(document.createElement("i"));
  const colours = {};
  for (const name of NAMES) {
    probe.style.color = `var(--${name})`;
    colours[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  colours.font = getComputedStyle(element).fontFamily;
  return colours;
}

/** Call back whenever the theme changes; returns how to stop. */
export function onThemeChange(callback) {
  const darkness = matchMedia("(prefers-color-scheme: dark)");
  darkness.addEventListener("change", callback);
  document.addEventListener("wattloom:theme", callback);
  return () => {
    darkness.removeEventListener("change", callback);
    document.removeEventListener("wattloom:theme", callback);
  };
}
