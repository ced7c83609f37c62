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
export function decoded({ scale, translate, arcs, land, borders }) {
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
  return { land: land.map((polygon) => polygon.map(ring)), borders: borders.map((n) => lines[n]) };
}
