/** What solar panels and houses are expected to do until somebody who knows better says so. */

const HOUR = 3_600_000;
const DAYS = 7;
const YEAR_H = 8_760;
/** Clouds, dirt and inverters leave so much of what a clear sky gives. */
const CLOUDS = 0.5;

/** The coming hours for which something is recorded: the first, and how many. */
export function guessedHours(now) {
  return { start: Math.floor(now / HOUR) * HOUR, n: DAYS * 24 };
}

/** Mean power [kW] of a house, hour by hour. */
export function meanLoad(yearlyKwh, n) {
  return new Array(n).fill(Number((yearlyKwh / YEAR_H).toFixed(3)));
}

/** Power [kW] of solar panels by the height of the sun in the middle of each hour; a place in Europe if none is known. */
export function solarPower(peakKw, start, n, latitude = 52, longitude = 5) {
  return Array.from({ length: n }, (_, hour) => {
    const height = sineOfHeight(start + (hour + 0.5) * HOUR, latitude, longitude);
    return Number((peakKw * CLOUDS * Math.max(0, height)).toFixed(3));
  });
}

function sineOfHeight(at, latitude, longitude) {
  const radians = Math.PI / 180;
  const day = at / (24 * HOUR);
  const declination = -23.44 * radians * Math.cos((2 * Math.PI * ((day + 10) % 365.2425)) / 365.2425);
  const hourAngle = ((day % 1) * 24 - 12 + longitude / 15) * 15 * radians;
  return (
    Math.sin(latitude * radians) * Math.sin(declination) +
    Math.cos(latitude * radians) * Math.cos(declination) * Math.cos(hourAngle)
  );
}
