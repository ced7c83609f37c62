/**
 * What each kind of device is made of: the questions, and the asset, sensors and flex-model that follow from the answers.
 *
 * Power is in kW and energy in kWh, as people know them from data sheets.
 */
import { t } from "../core/texts.js";
import { departures, meanLoad, solarPower } from "./first-guess.js";

const QUARTER = "PT15M";
const INSTANT = "PT0M";

const number = (name, label, value, unit, help = "") => ({ name, label, value, unit, help, type: "number" });
const power = (sign) => ({ name: "power", unit: "kW", event_resolution: QUARTER, attributes: { consumption_is_positive: sign } });
const charge = { name: "state of charge", unit: "kWh", event_resolution: INSTANT, attributes: {} };
const needed = { name: "needed at departure", unit: "kWh", event_resolution: INSTANT, attributes: {} };
const of = (id) => ({ sensor: id });

/**
 * Recipes by kind; each is made when it is asked for, in the language of the page.
 *
 * `recorded` says what is recorded at once, as one series of POST /api/v4/series; `context` names the field of the
 * site's flex-context that lists the first sensor.
 */
export const RECIPES = {
  battery: () => ({
    title: t("Battery"),
    type: "battery",
    questions: [
      number("capacity", t("Capacity"), 10, "kWh"),
      number("power", t("Largest power"), 5, "kW"),
      number("reserve", t("Always keep at least"), 5, "%"),
      number("efficiency", t("Efficiency there and back"), 90, "%"),
    ],
    sensors: [power(true), charge],
    flexModel: ({ capacity, power, reserve, efficiency }, [flow, level]) => ({
      consumption: of(flow),
      "state-of-charge": of(level),
      "soc-min": `${(capacity * reserve) / 100} kWh`,
      "soc-max": `${capacity} kWh`,
      "power-capacity": `${power} kW`,
      "roundtrip-efficiency": `${efficiency}%`,
    }),
  }),
  ev: () => ({
    title: t("Car charger"),
    type: "one-way_evse",
    questions: [
      number("capacity", t("Battery of the car"), 60, "kWh"),
      number("power", t("Largest charging power"), 11, "kW"),
      number("needed", t("Needed at departure"), 40, "kWh"),
      { name: "departure", label: t("Departure"), value: "07:30", unit: "", help: "", type: "time" },
    ],
    sensors: [power(true), charge, needed],
    recorded: ({ needed, departure }, [, , sensor], { now }) => {
      const times = departures(departure, now);
      return { sensor, unit: "kWh", event_start_ms: times, event_value: times.map(() => needed) };
    },
    flexModel: ({ capacity, power }, [flow, level, minima]) => ({
      consumption: of(flow),
      "state-of-charge": of(level),
      "soc-minima": of(minima),
      "soc-min": "0 kWh",
      "soc-max": `${capacity} kWh`,
      "power-capacity": `${power} kW`,
      "production-capacity": "0 kW",
      "charging-efficiency": "92%",
    }),
  }),
  heat: () => ({
    title: t("Heat pump"),
    type: "heat-storage",
    questions: [
      number("power", t("Largest electric power"), 3, "kW"),
      number("cop", t("Heat from one kWh of electricity"), 3.5, "kWh"),
      number("capacity", t("Heat that the tank holds"), 12, "kWh"),
      number("usage", t("Heat that the house uses"), 2, "kW"),
    ],
    sensors: [power(true), charge],
    flexModel: ({ power, cop, capacity, usage }, [flow, level]) => ({
      consumption: of(flow),
      "state-of-charge": of(level),
      "soc-min": "0 kWh",
      "soc-max": `${capacity} kWh`,
      "power-capacity": `${power} kW`,
      "production-capacity": "0 kW",
      "charging-efficiency": `${Math.round(cop * 100)}%`,
      "soc-usage": [`${usage} kW`],
      "storage-efficiency": "99%",
    }),
  }),
  pv: () => ({
    title: t("Solar panels"),
    type: "solar",
    questions: [
      number("peak", t("Peak power"), 6, "kW", t("A first guess from the position of the sun is recorded for a week; better forecasts replace it.")),
    ],
    sensors: [power(false)],
    context: "inflexible-production",
    recorded: ({ peak }, [sensor], { now, place }) => ({ sensor, unit: "kW", ...solarPower(peak, now, place) }),
  }),
  load: () => ({
    title: t("Everything else in the house"),
    type: "building",
    questions: [
      number("yearly", t("Use in a year"), 3500, "kWh", t("Its mean is recorded for a week; a meter or forecast replaces it.")),
    ],
    sensors: [power(true)],
    context: "inflexible-consumption",
    recorded: ({ yearly }, [sensor], { now }) => ({ sensor, unit: "kW", ...meanLoad(yearly, now) }),
  }),
};
