/** What buttons [data-act] and keys do besides moving in time. */
import { palette } from "../charts/palette.js";
import { csvFile, save } from "../core/files.js";
import { t } from "../core/texts.js";
import { toast } from "../core/toast.js";
import { fileName, jsonOf, pictureOf, rowsOf } from "./exports.js";
import { linesOf } from "./lines.js";

/** Do it. @param {string} name */
export async function act(graphs, name) {
  try {
    await COMMANDS[name]?.(graphs);
  } catch (error) {
    toast("bad", error.message);
  }
}

const COMMANDS = {
  play: (graphs) => graphs.panels.opened("replay").play(),
  step: (graphs) => graphs.panels.opened("replay").step(),
  stop: (graphs) => graphs.panels.get("replay")?.stop(),
  keys: showKeys,
  link: copyLink,
  csv: async (graphs) => save(csvFile(rowsOf(await groups(graphs), graphs.clock)), `${nameOf(graphs)}.csv`),
  json: async (graphs) => {
    const text = jsonOf(await groups(graphs), graphs);
    save(new Blob([text], { type: "application/json" }), `${nameOf(graphs)}.json`);
  },
  png: async (graphs) => {
    graphs.drawAll();
    const { clock, knownAt, setup, window } = graphs;
    const facts = [clock.interval(...window), setup.zone, ...(knownAt === null ? [] : [t("As known at %(time)s", { time: clock.full(knownAt) })])];
    save(await pictureOf(graphs.rows, { title: setup.name, facts }, palette(graphs)), `${nameOf(graphs)}.png`);
  },
};

/** All values in the range, by row, without the lines that are hidden. */
async function groups(graphs) {
  const { columns, sources } = await graphs.readWhole();
  return graphs.rows.map((row) => ({
    unit: row.setup.unit,
    lines: linesOf(row.setup, (sensor) => columns(sensor.id), sources).filter((line) => !row.legend.hidden.has(line.key)),
  }));
}

function nameOf({ setup, clock, window: [from] }) {
  return fileName(`${setup.name} ${clock.iso(from).slice(0, 10)}`);
}

async function copyLink() {
  await navigator.clipboard.writeText(location.href);
  toast("good", t("The link is copied."));
}

function showKeys(graphs) {
  let dialog = graphs.querySelector("dialog");
  if (dialog === null) {
    dialog = graphs.querySelector("template[data-keys]").content.firstElementChild.cloneNode(true);
    graphs.append(dialog);
  }
  dialog.showModal();
}
