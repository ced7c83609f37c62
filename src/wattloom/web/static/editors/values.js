/** Values of flex-configs as people read them. */
import { describeSensor, sensorName } from "../core/sensors.js";
import { t } from "../core/texts.js";

/** A value in a line: quantities as they are, sensors by their names, the rest as JSON. */
export async function shortText(value) {
  if (value === undefined) {
    return t("not set");
  }
  if (typeof value === "boolean") {
    return value ? t("Yes") : t("No");
  }
  if (typeof value === "string" || typeof value === "number") {
    return String(value);
  }
  if (Array.isArray(value) && value.every((item) => typeof item === "string" || Number.isInteger(item?.sensor))) {
    return (await Promise.all(value.map(shortText))).join(", ");
  }
  if (Number.isInteger(value?.sensor) && Object.keys(value).length === 1) {
    const sensor = await describeSensor(value.sensor).catch(() => null);
    return sensor === null ? t("Sensor %(id)s", { id: value.sensor }) : sensorName(sensor);
  }
  return JSON.stringify(value);
}
