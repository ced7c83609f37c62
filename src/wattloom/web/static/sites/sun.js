/** When the sun is below the horizon: accurate to a few minutes, enough to shade the night. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const RADIANS = Math.PI / 180;
const HORIZON = -0.833 * RADIANS; // refraction and the sun's own radius

/** Nights [from, to] inside the plan; none when the site has no location. */
export function nights(plan) {
  if (plan.latitude === null || plan.longitude === null) {
    return [];
  }
  const found = [];
  let previousSet = plan.from;
  for (let day = Math.floor(plan.from / DAY) - 1; day <= Math.ceil(plan.to / DAY) + 1; day += 1) {
    const light = daylight(day, plan.latitude, plan.longitude);
    if (light !== null) {
      found.push([previousSet, light[0]]);
      previousSet = light[1];
    }
  }
  found.push([previousSet, plan.to]);
  return found
    .map(([from, to]) => [Math.max(from, plan.from), Math.min(to, plan.to)])
    .filter(([from, to]) => from < to);
}

/** Sunrise and sunset of a UTC day counted from 1970; null where the sun does not rise. */
function daylight(day, latitude, longitude) {
  const year = (2 * Math.PI * ((day + 10) % 365.2425)) / 365.2425;
  const declination = -23.44 * RADIANS * Math.cos(year);
  const phase = year - 1.55; // days since about the equinox, for the equation of time
  const minutes = 9.87 * Math.sin(2 * phase) - 7.53 * Math.cos(phase) - 1.5 * Math.sin(phase);
  const noon = day * DAY + 12 * HOUR - (longitude / 15) * HOUR - minutes * 60_000;
  const cosine =
    (Math.sin(HORIZON) - Math.sin(latitude * RADIANS) * Math.sin(declination)) /
    (Math.cos(latitude * RADIANS) * Math.cos(declination));
  if (cosine >= 1) {
    return null;
  }
  const half = (Math.acos(Math.max(-1, cosine)) / Math.PI) * 12 * HOUR;
  return [noon - half, noon + half];
}
