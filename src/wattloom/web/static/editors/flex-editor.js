/**
 * <flex-editor asset="5" account="2" field="flex_model" own="{…}" inherited="{…}" assets="[…]">: edits what an asset
 * stores in one of its flex-configs, as a form and as JSON, and shows what the server says while somebody types.
 *
 * `own` is what it holds, `inherited` what assets above hold: { name: { value, asset, name } }; `assets` are those of
 * the site: [{ id, name }]. What the page shows inside the element is replaced. The fragment of the address names the
 * field to begin with.
 */
import { api } from "../core/api.js";
import { h } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { t, tn } from "../core/texts.js";
import { toast } from "../core/toast.js";
import { confirmChanges, differences, isEqual, onto } from "./changes.js";
import { Checker } from "./checker.js";
import { flexCard, say } from "./flex-card.js";
import { FlexTable, fits } from "./flex-table.js";
import { JsonPane } from "./json-pane.js";
import { guard } from "./unsaved.js";

class FlexEditor extends HTMLElement {
  #saved;
  #own;
  #taken = new Set(); // made own, with no value yet
  #inherited;
  #place;
  #said = { problems: {}, warnings: {} };
  #groups = h("div", { class: "flex-groups" });
  #summary = h("div", { class: "flex-summary", role: "status" });
  #search;
  #json;
  #save;
  #discard;
  #checker;

  async connectedCallback() {
    if (this.#place) {
      return;
    }
    this.dataset.state = "loading";
    this.#saved = JSON.parse(this.getAttribute("own"));
    this.#own = structuredClone(this.#saved);
    this.#inherited = JSON.parse(this.getAttribute("inherited") ?? "{}");
    this.#place = {
      account: this.getAttribute("account"),
      assets: JSON.parse(this.getAttribute("assets") ?? "[]"),
      name: this.getAttribute("field").replace("_", "-"),
      table: await FlexTable.load(),
    };
    this.#checker = new Checker(this.getAttribute("asset"), (said) => this.#hear(said));
    this.#build();
    this.#showGroups();
    this.#check(0);
    guard(() => this.#hasChanges);
    this.dataset.state = "ready";
    if (location.hash !== "") {
      this.#goTo(decodeURIComponent(location.hash.slice(1)));
    }
  }

  get #hasChanges() {
    return !isEqual(this.#saved, this.#own);
  }

  #build() {
    this.#search = h("input", {
      type: "search",
      "aria-label": t("Search fields"),
      placeholder: t("Search fields"),
      oninput: () => this.#showGroups(),
    });
    this.#json = new JsonPane(this.#own, (value) => this.#replace(value));
    this.#save = h("button", { type: "button", class: "button primary", onclick: () => this.#review() }, t("Review and save"));
    this.#discard = h("button", { type: "button", class: "button", onclick: () => this.#reset() }, t("Discard changes"));
    const form = h(
      "div",
      { class: "flex-form" },
      h("label", { class: "search-box" }, this.#search),
      this.#groups,
      h("div", { class: "flex-actions" }, this.#summary, this.#discard, this.#save),
    );
    this.replaceChildren(h("div", { class: "flex-panes" }, form, this.#json.element));
  }

  /** Draw all groups anew; what was in focus stays there. */
  #showGroups() {
    const focused = this.contains(document.activeElement) ? document.activeElement.closest("[data-field]")?.dataset.field : null;
    const search = this.#search.value.trim();
    const isHeld = (name) => this.#isOwn(name) || name in this.#inherited;
    const groups = this.#place.table
      .grouped(this.#place.name, isHeld)
      .map((group) => ({ ...group, fields: group.fields.filter((field) => search === "" || fits(field, search)) }))
      .filter(({ fields }) => fields.length > 0)
      .map((group) => this.#group(group, isHeld, search !== ""));
    const unknown = Object.keys(this.#own).filter((name) => !this.#place.table.find(this.#place.name, name));
    this.#groups.replaceChildren(
      ...groups,
      ...unknown.map((name) => this.#card(unknownField(name))),
      groups.length + unknown.length === 0 ? h("p", { class: "caption" }, t("No field fits these words.")) : "",
    );
    this.#showSaid();
    if (focused) {
      this.#focus(focused);
    }
  }

  #group({ name, title, fields }, isHeld, isSearched) {
    const [held, others] = [true, false].map((wanted) => fields.filter((field) => isHeld(field.name) === wanted));
    const cards = others.map((field) => this.#card(field));
    if (held.length === 0) {
      const counted = tn("%(n)s field, not set", "%(n)s fields, none is set", others.length);
      const summary = h("summary", {}, h("h3", {}, title), h("span", { class: "caption" }, counted));
      return h("details", { class: "card flex-group", open: isSearched }, summary, cards);
    }
    const summary = h("summary", {}, t("%(n)s more", { n: others.length }));
    return h(
      "section",
      { class: "card flex-group", "aria-labelledby": `group-${name}` },
      h("h3", { id: `group-${name}` }, title),
      held.map((field) => this.#card(field)),
      others.length > 0 && h("details", { class: "flex-further", open: isSearched }, summary, cards),
    );
  }

  #card(field) {
    const { name } = field;
    const state = { value: this.#own[name], isOwn: this.#isOwn(name), inherited: this.#inherited[name] };
    return flexCard(
      field,
      state,
      {
        set: (value) => this.#set(name, value),
        take: () => this.#take(name),
        drop: () => this.#drop(name),
      },
      this.#place,
    );
  }

  #isOwn(name) {
    return name in this.#own || this.#taken.has(name);
  }

  #set(name, value) {
    if (value === undefined) {
      delete this.#own[name];
      this.#taken.add(name);
    } else {
      this.#own[name] = value;
    }
    this.#changed();
  }

  #take(name) {
    const inherited = this.#inherited[name];
    if (inherited !== undefined) {
      this.#own[name] = structuredClone(inherited.value);
    } else if (this.#place.table.find(this.#place.name, name).kind === "flag") {
      this.#own[name] = true;
    }
    this.#taken.add(name);
    this.#showGroups();
    this.#focus(name);
    this.#changed();
  }

  #drop(name) {
    delete this.#own[name];
    this.#taken.delete(name);
    this.#showGroups();
    this.#focus(name);
    this.#changed();
  }

  #replace(value) {
    this.#own = value;
    this.#taken.clear();
    this.#showGroups();
    this.#changed(false);
  }

  #reset() {
    this.#own = structuredClone(this.#saved);
    this.#taken.clear();
    this.#search.value = "";
    this.#showGroups();
    this.#changed();
  }

  #focus(name) {
    const card = this.querySelector(`[data-field="${CSS.escape(name)}"]`);
    card?.closest("details")?.setAttribute("open", "");
    const controls = ["input:not([type=radio])", "input:checked", "select, textarea", "button"];
    controls.map((each) => card?.querySelector(each)).find((control) => control)?.focus();
  }

  #changed(showsJson = true) {
    if (showsJson) {
      this.#json.show(this.#own);
    }
    this.#check();
  }

  #check(pause) {
    this.#save.disabled = this.#discard.disabled = !this.#hasChanges;
    this.#checker.ask({ [this.getAttribute("field")]: this.#own }, pause);
  }

  #hear(said) {
    this.#said = said;
    this.#showSaid();
  }

  #showSaid() {
    const { problems, warnings } = this.#said;
    for (const card of this.querySelectorAll("[data-field]")) {
      say(card, below(problems, card.dataset.field), below(warnings, card.dataset.field));
    }
    const lines = [...this.#lines(problems, "bad"), ...this.#lines(warnings, "warn")];
    this.#summary.replaceChildren(
      ...(lines.length > 0 ? [h("ul", { class: "notices" }, lines)] : []),
      h("span", { class: "visually-hidden" }, lines.length > 0 ? "" : t("Nothing is wrong.")),
    );
  }

  #lines(said, kind) {
    return Object.entries(said).flatMap(([path, texts]) => {
      const field = this.#place.table.find(this.#place.name, path.split(".")[0]);
      const name = field?.name ?? path.split(".")[0];
      const isThere = field !== undefined || name in this.#own;
      const label = isThere && h("button", { type: "button", class: "link", onclick: () => this.#goTo(name) }, field?.label ?? name);
      return texts.map((text) => h("li", { class: kind }, icon(kind), h("span", {}, label, label ? ": " : "", text)));
    });
  }

  #goTo(name) {
    if (!this.querySelector(`[data-field="${CSS.escape(name)}"]`)) {
      this.#search.value = "";
      this.#showGroups();
    }
    this.#focus(name);
  }

  async #review() {
    const found = differences(this.#saved, this.#own).map((change) => ({
      ...change,
      label: this.#place.table.find(this.#place.name, change.name)?.label ?? change.name,
    }));
    if (!(await confirmChanges(found))) {
      return;
    }
    try {
      await this.#store(found);
    } catch (error) {
      if (Object.keys(error.fields ?? {}).length > 0) {
        this.#hear({ problems: error.fields, warnings: {} });
      }
      toast("bad", error.message);
      return;
    }
    toast("good", t("The changes were saved."));
    this.#reset();
  }

  async #store(found) {
    const path = `/api/v3_0/assets/${this.getAttribute("asset")}`;
    const field = this.getAttribute("field");
    const stored = await api("GET", path);
    const wanted = onto(JSON.parse(stored[field]), found);
    await api("PATCH", path, { [field]: wanted });
    this.#saved = wanted;
  }
}

/** Messages about a field, and about parts of it, which are named. */
function below(said, name) {
  return Object.entries(said).flatMap(([path, texts]) => {
    if (path === name) {
      return texts;
    }
    return path.startsWith(`${name}.`) ? texts.map((text) => `${path.slice(name.length + 1)}: ${text}`) : [];
  });
}

function unknownField(name) {
  return { name, label: name, kind: "any", units: [], forms: [], stored: "no", default: "none", description: "", example: "" };
}

customElements.define("flex-editor", FlexEditor);
