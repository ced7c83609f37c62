/** Shapes of the plan chart as series of ECharts: lines, bars, shades, hatches, lanes. */

export const PRICE = 0;
export const POWER = 1;
export const STOCK = 2;

const LANE = 8;
const LANE_GAP = 4;
const TILE = 6;

/** How high all lanes of states are [px]. */
export function lanesHeight(n) {
  return n === 0 ? 0 : n * (LANE + LANE_GAP) + LANE_GAP;
}

export function onBand(band) {
  return { xAxisIndex: band, yAxisIndex: band, silent: true };
}

/** A line through corners; with `areaOpacity` the area down to zero is filled. */
export function line(band, data, style, { areaOpacity = 0, z = band === POWER && areaOpacity === 0 ? 6 : 3 } = {}) {
  return {
    type: "line",
    ...onBand(band),
    z,
    data,
    showSymbol: false,
    connectNulls: false,
    lineStyle: { cap: "butt", join: "miter", ...style },
    areaStyle: areaOpacity ? { color: style.color, opacity: areaOpacity, origin: 0 } : undefined,
  };
}

/** Marks at single moments, without a line between them. */
export function marks(band, data, symbol, colour, surface) {
  return {
    type: "line",
    ...onBand(band),
    z: 8,
    data,
    symbol,
    symbolSize: 10,
    showSymbol: true,
    showAllSymbol: true,
    lineStyle: { width: 0 },
    itemStyle: { color: colour, borderColor: surface, borderWidth: 1.5, opacity: 1 },
  };
}

/** Rectangles from [start, end, low, high, …]; `styleOf` gets the rest. */
export function bars(band, data, styleOf, { z = 4, gap = 1 } = {}) {
  return {
    type: "custom",
    ...onBand(band),
    z,
    data,
    clip: true,
    encode: { x: [0, 1], y: [2, 3] },
    renderItem: (_, api) => {
      const [left, from] = api.coord([api.value(0), api.value(2)]);
      const [right, to] = api.coord([api.value(1), api.value(3)]);
      const space = right - left > 6 ? gap : 0;
      // Whole pixels keep neighbours of half opacity from showing a seam.
      const [x, end] = [Math.round(left), Math.round(right)];
      const shape = { x, y: Math.min(from, to), width: Math.max(1, end - x - space), height: Math.abs(to - from) };
      return { type: "rect", shape, style: styleOf(api.value(4)) };
    },
  };
}

/** Rectangles over the full height of a band: data are [from, to, opacity]. */
export function shades(band, data, colourOf, z = 0) {
  return {
    type: "custom",
    ...onBand(band),
    z,
    data,
    clip: true,
    encode: { x: [0, 1], y: [] },
    renderItem: ({ coordSys }, api) => {
      const left = Math.round(api.coord([api.value(0), 0])[0]);
      const right = Math.round(api.coord([api.value(1), 0])[0]);
      const shape = { x: left, y: coordSys.y, width: right - left, height: coordSys.height };
      return { type: "rect", shape, style: { fill: colourOf(api.value(2)), opacity: Math.abs(api.value(2)) } };
    },
  };
}

/** What lies beyond a limit, hatched up to the edge of the band: data are [start, end, limit]. */
export function hatches(band, data, colour, { isBelow = false } = {}) {
  const fill = { image: hatch(colour), repeat: "repeat" };
  return {
    type: "custom",
    ...onBand(band),
    z: 1,
    data,
    clip: true,
    encode: { x: [0, 1], y: [] },
    renderItem: ({ coordSys }, api) => {
      const [left, limit] = api.coord([api.value(0), api.value(2)]);
      const right = api.coord([api.value(1), api.value(2)])[0];
      const [top, bottom] = isBelow ? [limit, coordSys.y + coordSys.height] : [coordSys.y, limit];
      const shape = { x: left, y: top, width: right - left, height: Math.max(0, bottom - top) };
      return { type: "rect", shape, style: { fill, opacity: 0.5 } };
    },
  };
}

/**
 * What a device does, below the power band: charging fills the upper half of a lane, discharging the lower,
 * holding is a thin line in the middle. Data are [start, end, direction].
 */
export function lane(data, index, colour, now) {
  return {
    type: "custom",
    ...onBand(POWER),
    z: 4,
    data,
    clip: false,
    encode: { x: [0, 1], y: [] },
    renderItem: ({ coordSys }, api) => {
      const edge = (at) => Math.min(Math.max(api.coord([at, 0])[0], coordSys.x), coordSys.x + coordSys.width);
      const [left, right] = [edge(api.value(0)), edge(api.value(1))];
      const top = coordSys.y + coordSys.height + LANE_GAP + index * (LANE + LANE_GAP);
      const direction = api.value(2);
      const [y, height] = direction === 0 ? [top + LANE / 2 - 1, 2] : [direction > 0 ? top : top + LANE / 2, LANE / 2];
      const shape = { x: left, y, width: Math.max(0, right - left), height };
      const opacity = (direction === 0 ? 0.7 : 1) * (api.value(0) < now ? 1 : 0.75);
      return { type: "rect", shape, style: { fill: colour, opacity } };
    },
  };
}

function hatch(colour) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = TILE;
  const pen = tile.getContext("2d");
  pen.strokeStyle = colour;
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(0, TILE);
  pen.lineTo(TILE, 0);
  pen.stroke();
  return tile;
}
