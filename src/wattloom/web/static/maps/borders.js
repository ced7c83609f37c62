/** Land and borders of the world as the build draws them (scripts/map_borders.py), in the form that Leaflet takes. */

/**
 * Load the world. @param {string} url
 * @returns {Promise<{land: [number, number][][][], borders: [number, number][][]}>} polygons of rings, and lines, of
 *   latitude and longitude [°]
 */
export async function loadBorders(url) {
  const world = await (await fetch(url)).json();
  return decoded(world);
}

/** Turn differences on a grid into places. */
function decoded({ scale, translate, arcs, land, borders }) {
  const lines = arcs.map((numbers) => {
    const line = [];
    let x = 0;
    let y = 0;
    for (let n = 0; n < numbers.length; n += 2) {
      x += numbers[n];
      y += numbers[n + 1];
      line.push([y * scale[1] + translate[1], x * scale[0] + translate[0]]);
    }
    return line;
  });
  // An arc begins where the one before it ends; ~n is arc n walked backwards.
  const ring = (parts) => parts.flatMap((n) => (n < 0 ? lines[~n].toReversed() : lines[n]).slice(1));
  return { land: land.flatMap((polygon) => onMap(polygon.map(ring))), borders: borders.map((n) => lines[n]) };
}

/**
 * Lay a polygon of the globe on a flat map: one that crosses the edge of the map, where 180° east is 180° west, goes on
 * beyond it and is drawn again a world away; one around a pole is closed along the edge below.
 */
function onMap(rings) {
  const flat = rings.map(unrolled);
  const [outer] = flat;
  const reach = [-Infinity, Infinity];
  for (const [, longitude] of outer) {
    reach[0] = Math.max(reach[0], longitude);
    reach[1] = Math.min(reach[1], longitude);
  }
  const moved = (by) => flat.map((points) => points.map(([latitude, longitude]) => [latitude, longitude + by]));
  return [flat, ...(reach[0] > 180 ? [moved(-360)] : []), ...(reach[1] < -180 ? [moved(360)] : [])];
}

function unrolled(points) {
  let by = 0;
  const flat = points.map(([latitude, longitude], n) => {
    const step = n === 0 ? 0 : longitude - points[n - 1][1];
    by += step > 180 ? -360 : step < -180 ? 360 : 0;
    return [latitude, longitude + by];
  });
  const isRoundPole = Math.abs(flat.at(-1)[1] - flat[0][1]) > 180;
  return isRoundPole ? [...flat, [-90, flat.at(-1)[1]], [-90, flat[0][1]]] : flat;
}
