/** Chooses sensors that are shown below those of the page, each in a graph of its own. */
import "../core/sensor-picker.js";
import { describeSensor, sensorName } from "../core/sensors.js";
import { durationMs } from "./range.js";

export class SensorsPanel {
  #graphs;
  #picker;

  constructor(graphs, box) {
    this.#graphs = graphs;
    this.box = box;
    this.#picker = box.querySelector("sensor-picker");
    this.#picker.value = graphs.shown.sensors;
    this.#picker.addEventListener("change", () => graphs.show({ sensors: this.#picker.value }));
    graphs.addEventListener("wattloom:shown", this.#tell);
  }

  #tell = () => {
    if (this.#picker.value.join() !== this.#graphs.shown.sensors.join()) {
      this.#picker.value = this.#graphs.shown.sensors;
    }
  };

  close() {
    this.#graphs.removeEventListener("wattloom:shown", this.#tell);
  }
}

/** Whether values add up over time: energy and money do, power and prices do not. */
function isSummed(unit) {
  return /^([kMG]?Wh|[A-Z]{3})$/.test(unit);
}

/** The set-up of the row of an added sensor, as the page has it for those that it came with; null when it is not to be read. */
export async function rowOfSensor(id) {
  const sensor = await describeSensor(id);
  if (sensor === null) {
    return null;
  }
  const label = sensorName(sensor);
  const hue = /^[A-Z]{3}\//.test(sensor.unit) ? "price" : null;
  const length = durationMs(sensor.event_resolution);
  return {
    title: label,
    unit: sensor.unit,
    y_axis: "zero",
    is_added: true,
    sensors: [{ id, label, name: sensor.name, unit: sensor.unit, factor: 1, offset: 0, length_ms: length, hue, is_summed: isSummed(sensor.unit) }],
    constants: [],
  };
}
