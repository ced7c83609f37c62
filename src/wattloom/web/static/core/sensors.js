/** Sensors by their ids and by search, with the names of their assets. */
import { api } from "./api.js";
import { t } from "./texts.js";

const known = new Map();
let asked = null;

/**
 * Return what is known of a sensor, null when it is gone or not to be read. Many questions at once are one request.
 * @param {number} id @returns {Promise<{id, name, unit, event_resolution, asset, asset_name, is_public} | null>}
 */
export function describeSensor(id) {
  if (!known.has(id)) {
    asked ??= gather();
    asked.ids.push(id);
    known.set(id, asked.found.then((found) => found.get(id) ?? null));
  }
  return known.get(id);
}

function gather() {
  const ids = [];
  const found = Promise.resolve().then(() => {
    asked = null;
    return fetchAll(ids);
  });
  return { ids, found };
}

async function fetchAll(ids) {
  const found = new Map();
  for (let n = 0; n < ids.length; n += 100) {
    const query = new URLSearchParams(ids.slice(n, n + 100).map((id) => ["id", id]));
    const answer = await api("GET", `/api/v4/sensors?${query}`);
    answer.sensors.forEach((sensor) => found.set(sensor.id, sensor));
  }
  return found;
}

/** Search sensors; `query` holds pairs of name and value. @returns {Promise<{sensors: object[], has_more: boolean}>} */
export async function searchSensors(query, signal) {
  const answer = await api("GET", `/api/v4/sensors?${new URLSearchParams(query)}`, undefined, { signal });
  answer.sensors.forEach((sensor) => known.set(sensor.id, Promise.resolve(sensor)));
  return answer;
}

/** "Battery · power" */
export function sensorName(sensor) {
  return `${sensor.asset_name} · ${sensor.name}`;
}

/** "kW, every 15 min" */
export function sensorKind(sensor) {
  const every = resolutionText(sensor.event_resolution);
  return sensor.unit ? t("%(unit)s, %(every)s", { unit: sensor.unit, every }) : every;
}

/** How often, from an ISO 8601 duration. */
function resolutionText(iso) {
  const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(iso);
  const [days, hours, minutes, seconds] = parts === null ? [] : parts.slice(1).map((part) => Number(part ?? 0));
  const given = [days, hours, minutes, seconds].filter((part) => part > 0).length;
  if (parts !== null && given === 0) {
    return t("at moments");
  }
  if (parts === null || given > 1) {
    return t("every %(length)s", { length: iso });
  }
  if (days > 0) {
    return days === 1 ? t("daily") : t("every %(n)s days", { n: days });
  }
  if (hours > 0) {
    return hours === 1 ? t("hourly") : t("every %(n)s h", { n: hours });
  }
  return minutes > 0 ? t("every %(n)s min", { n: minutes }) : t("every %(n)s s", { n: seconds });
}
