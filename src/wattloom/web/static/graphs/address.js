/** What is shown, in the address of the page: so that a link shows the same and the back button works. */

/**
 * @typedef {object} Shown
 * @property {[number, number]} window @property {number | null} asof whose knowledge is shown, null for the present
 * @property {number | null} replay the moment that a replay is at, null without one @property {string} view
 * @property {string} resolution @property {number[]} sensors that were added @property {Record<string, string>} modes
 * of vertical axes by row @property {string} horizon of the forecasts that are compared, "" for none
 */

/** The query string of what is shown; other parameters of the page stay. @param {Shown} shown */
export function toQuery({ window: [from, to], asof, replay, view, resolution, sensors, modes, horizon }, present, iso) {
  const query = new URLSearchParams(present);
  for (const old of ["start_time", "end_time"]) {
    query.delete(old);
  }
  const set = (name, value) => (value ? query.set(name, value) : query.delete(name));
  set("start", iso(from));
  set("end", iso(to));
  // What was believed within a second must not get lost.
  const exact = (at) => (at % 1000 === 0 ? iso(at) : new Date(at).toISOString());
  set("asof", asof === null ? "" : exact(asof));
  set("replay", replay === null ? "" : exact(replay));
  set("view", view === "lines" ? "" : view);
  set("resolution", resolution);
  set("sensors", sensors.join(","));
  set("horizon", horizon);
  set("y", Object.entries(modes).map(([row, mode]) => `${row}:${mode}`).join(","));
  return `?${query}`.replaceAll("%3A", ":").replaceAll("%2C", ",");
}

/** What a query string says; what is missing or wrong is as the page would start. @returns {Partial<Shown>} */
export function fromQuery(search) {
  const query = new URLSearchParams(search);
  const instant = (text) => Date.parse((text ?? "").replace(" ", "+"));
  const [from, to] = ["start", "end"].map((name) => instant(query.get(`${name}_time`) ?? query.get(name)));
  const [asof, replay] = ["asof", "replay"].map((name) => instant(query.get(name))).map((at) => (Number.isFinite(at) ? at : null));
  const modes = (query.get("y") ?? "").split(",").map((part) => part.split(":"));
  return {
    ...(from < to ? { window: [from, to] } : {}),
    asof,
    replay,
    view: query.get("view") ?? "lines",
    resolution: query.get("resolution") ?? "",
    horizon: query.get("horizon") ?? "",
    sensors: (query.get("sensors") ?? "").split(",").filter(Boolean).map(Number),
    modes: Object.fromEntries(modes.filter((part) => part.length === 2 && ["zero", "data"].includes(part[1]))),
  };
}
