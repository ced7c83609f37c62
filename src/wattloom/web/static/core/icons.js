/** The few pictures that scripts add; the same lines as in the templates' icons.html. */
const PATHS = {
  good: "m3 8.5 3.3 3.3L13 5",
  bad: "M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 0 1 0-12.5ZM8 4.8v3.7M8 11v.1",
  warn: "M8 2.25 14.25 13.25H1.75ZM8 6.5v3M8 11.3v.1",
  info: "M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 0 1 0-12.5ZM8 7.4V11M8 4.9V5",
  close: "m3.5 3.5 9 9M12.5 3.5l-9 9",
  plus: "M8 2.5v11M2.5 8h11",
  trash: "M2.5 4h11M6 4V2.25h4V4M4 4l.7 10h6.6L12 4M6.7 6.5v5M9.3 6.5v5",
  up: "m3 10 5-5 5 5",
  down: "m3 6 5 5 5-5",
};

/** Return an <svg> with one of the pictures. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "path")).setAttribute("d", PATHS[name]);
  return svg;
}
