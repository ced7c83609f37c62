/** The table of flex-config fields, as the server has it. */
import { api } from "../core/api.js";
import { language } from "../core/texts.js";

/** Groups and fields of one place; loaded once. */
export class FlexTable {
  #places;
  #groups;

  constructor({ groups, places }) {
    this.#groups = groups;
    this.#places = new Map(
      Object.entries(places).map(([place, fields]) => [place, new Map(fields.map((field) => [field.name, field]))]),
    );
  }

  static async load() {
    return new FlexTable(await api("GET", `/api/v4/flex-fields?language=${language}`));
  }

  /** Fields of "flex-context", "flex-model", "commitment" or "scenarios", in the order of the table. */
  fields(place) {
    return [...this.#places.get(place).values()];
  }

  find(place, name) {
    return this.#places.get(place).get(name);
  }

  /** Groups of fields that an asset may hold, and of those that it holds already: [{ title, fields }]. */
  grouped(place, isSet) {
    const shown = this.fields(place).filter((field) => isSet(field.name) || isOffered(field));
    return this.#groups
      .map(({ name, title }) => ({ name, title, fields: shown.filter((field) => field.group === name) }))
      .filter(({ fields }) => fields.length > 0);
  }
}

/** Old spellings are shown where they are used, and offered to nobody. */
function isOffered(field) {
  return field.stored !== "no" && field.group !== "deprecated";
}

/** Whether all words of a search occur in what a field is called, or in what it means. */
export function fits(field, search) {
  const text = `${field.label} ${field.name} ${field.description}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
