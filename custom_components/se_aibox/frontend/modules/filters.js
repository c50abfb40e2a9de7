// The filters of the timeline: by door, person and type of person.

/** @import { CardConfig, Filter, Texts } from "./types" */
/** @import { Feed } from "./feed.js" */
import { PERSON_TYPES, doorsOf, isAboutPeople } from "./config.js";
import { element, renew } from "./dom.js";
import { icon, iconButton, typeIcon } from "./icons.js";

// A question to the boxes at each letter would be too many.
const TYPED_MS = 500;

/** A bar with filters, and the button that unfolds it where there is little room. */
export class Filters {
  button;
  element;
  #texts;
  #config;
  #onChange;
  #names = element("datalist", { id: "names" });
  #door;
  #person;
  /** @type {HTMLElement[]} */
  #chips;
  #typing = 0;

  /**
   * @param {Texts} texts
   * @param {CardConfig} config
   * @param {() => void} onChange
   */
  constructor(texts, config, onChange) {
    this.#texts = texts;
    this.#config = config;
    this.#onChange = onChange;
    this.button = iconButton("filter-variant", texts("card.filter"), () => {
      const isOpen = this.element.classList.toggle("open");
      this.button.ariaExpanded = String(isOpen);
    });
    this.button.classList.add("filter");
    this.button.ariaExpanded = "false";
    this.#door = element("select", { ariaLabel: texts("card.door"), onchange: onChange });
    const label = texts("card.person");
    this.#person = element("input", {
      type: "search",
      ariaLabel: label,
      placeholder: label,
      maxLength: 100,
      oninput: () => this.#typed(),
    });
    this.#person.setAttribute("list", "names");
    const search = element("label", { hidden: config.person }, icon("magnify"), this.#person);
    const types = config.person_types?.length ? config.person_types : PERSON_TYPES;
    this.#chips = types.map((type) => this.#chip(type));
    const chips = element(
      "div",
      { role: "group", ariaLabel: texts("card.person_type"), hidden: types.length < 2 },
      this.#chips,
    );
    const parts = [this.#door, search, this.#names, chips];
    this.element = element("div", { className: "filters", role: "search" }, parts);
  }

  /** @returns {Filter} */
  get chosen() {
    const pressed = this.#chips.filter((chip) => chip.ariaPressed === "true");
    const types = pressed.map((chip) => chip.dataset.type ?? "");
    const person = this.#person.value.trim();
    return {
      ...(this.#door.value && { device_ids: [this.#door.value] }),
      ...(person && { person }),
      ...(types.length && { person_types: types }),
    };
  }

  get #count() {
    return Object.keys(this.chosen).length;
  }

  get isActive() {
    return this.#count > 0;
  }

  clear() {
    this.#door.value = "";
    this.#person.value = "";
    for (const chip of this.#chips) chip.ariaPressed = "false";
    this.#onChange();
  }

  /** @param {Feed} feed whose doors and people are offered */
  update(feed) {
    this.button.dataset.count = String(this.#count || "");
    const doors = doorsOf(this.#config, feed);
    // Another feed begins without doors; what is chosen stays.
    if (!feed.isKnown) return;
    const { value } = this.#door;
    renew(this.#door, doors, () => {
      const all = { device_id: "", name: this.#texts("card.all_doors") };
      return [all, ...doors].map(({ device_id, name }) => new Option(name, device_id));
    });
    this.#door.value = value;
    // A door beside a person would mean everybody there.
    this.#door.hidden = doors.length < 2 || isAboutPeople(this.#config, feed);
    renew(this.#names, feed.people, () => feed.people.map(({ name }) => new Option(name)));
  }

  dispose() {
    window.clearTimeout(this.#typing);
  }

  /** @param {string} type */
  #chip(type) {
    const chip = element(
      "button",
      {
        className: "chip",
        ariaPressed: "false",
        dataset: { type },
        onclick: () => {
          chip.ariaPressed = String(chip.ariaPressed !== "true");
          this.#onChange();
        },
      },
      typeIcon(type),
      this.#texts(`card.type_${type}`),
    );
    return chip;
  }

  #typed() {
    this.dispose();
    this.#typing = window.setTimeout(this.#onChange, TYPED_MS);
  }
}
