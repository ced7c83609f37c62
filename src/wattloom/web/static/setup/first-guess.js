/** What solar panels, houses and cars are expected to do until somebody who knows better says so. */

const HOUR = 3_600_000;
const GUESSED_H = 7 * 24;
const DEPARTURES = 365;
const YEAR_H = 8_760;
/** Clouds, dirt and inverters leave so much of what a clear sky gives. */
const CLOUDS = 0.5;

/** A series of the coming week, hour by hour. */
function hourly(now, valueAt) {
  const start = Math.floor(now / HOUR) * HOUR;
  const values = Array.from({ length: GUESSED_H }, (_, hour) => Number(valueAt(start + (hour + 0.5) * HOUR).toFixed(3)));
  return { start: new Date(start).toISOString(), resolution: "PT1H", event_value: values };
}

/** Mean power [kW] of a house. */
export function meanLoad(yearlyKwh, now) {
  return hourly(now, () => yearlyKwh / YEAR_H);
}

/** Power [kW] of solar panels by the height of the sun; a place in Europe if none is known. */
export function solarPower(peakKw, now, [latitude = 52, longitude = 5]) {
  return hourly(now, (at) => peakKw * CLOUDS * Math.max(0, sineOfHeight(at, latitude, longitude)));
}

/** The instants [ms] of the coming year at which somebody leaves who leaves daily at a time such as "07:30". */
export function departures(time, now) {
  const [hours, minutes] = time.split(":").map(Number);
  const today = new Date(now);
  const onDay = (day) => new Date(today.getFullYear(), today.getMonth(), today.getDate() + day, hours, minutes).getTime();
  return Array.from({ length: DEPARTURES }, (_, day) => onDay(day)).filter((at) => at > now);
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
