/* Compile and draw charts with the Vega-Lite and Vega that are installed beside this file.
 *
 * Reads {"<name>": {"spec": …, "data": {"<dataset>": [rows]}}} from standard input and writes
 * {"<name>": {"problems": [texts], "svg": "<svg…>"}}; charts without "data" are compiled only.
 * Whatever the compiler, the parser or the running view complains about is a problem.
 */

import { text } from "node:stream/consumers";

import * as vega from "vega";
import * as lite from "vega-lite";

import { registerFormats } from "./formats.js"; // the functions in docs/charts.md

// Vega says this of every layer that has nothing to show yet.
const HARMLESS = /^Infinite extent for field/;

function recordingLogger(problems) {
  const record = (...words) => {
    const problem = words.map((word) => word?.stack ?? String(word)).join(" ");
    if (!HARMLESS.test(problem)) problems.push(problem);
    return logger;
  };
  const ignore = () => logger;
  const logger = { level: ignore, error: record, warn: record, info: ignore, debug: ignore };
  return logger;
}

async function draw(compiled, data, logger) {
  const view = new vega.View(compiled, { renderer: "none", logger });
  for (const [name, rows] of Object.entries(data)) view.data(name, rows);
  await view.runAsync();
  const svg = await view.toSVG();
  view.finalize();
  return svg;
}

async function render({ spec, data }) {
  const problems = [];
  const logger = recordingLogger(problems);
  try {
    const compiled = vega.parse(lite.compile(spec, { logger }).spec);
    return { problems, svg: data ? await draw(compiled, data, logger) : "" };
  } catch (error) {
    return { problems: [...problems, error.stack], svg: "" };
  }
}

registerFormats(vega);
const results = {};
for (const [name, chart] of Object.entries(JSON.parse(await text(process.stdin)))) results[name] = await render(chart);
process.stdout.write(JSON.stringify(results));
