// The filters of the timeline: by door, person and type of person.

/** @import { CardConfig, Filter, Texts } from "./types" */
/** @import { Feed } from "./feed.js" */
import { PERSON_TYPES } from "./config.js";
import { element } from "./dom.js";
import { icon, typeIcon } from "./icons.js";

// A question to the boxes at each letter would be too many.
const TYPED_MS = 500;

/** A bar with filters, and the button that unfolds it where there is little room. */
export class Filters {
  element;
  button;
  #onChange;
  #texts;
  #door;
  #person;
  #names = element("datalist", { id: "names" });
  /** @type {Map<string, HTMLElement>} */
  #types = new Map();
  #typing = 0;
  #offered = "";

  /**
   * @param {Texts} texts
   * @param {CardConfig} config
   * @param {() => void} onChange
   */
  constructor(texts, config, onChange) {
    this.#texts = texts;
    this.#onChange = onChange;
    this.#door = element("select", { ariaLabel: texts("card.door") });
    this.#door.addEventListener("change", () => this.#changed());
    this.#person = element("input", {
      type: "search",
      ariaLabel: texts("card.person"),
      placeholder: texts("card.person"),
      maxLength: 100,
      autocomplete: "off",
    });
    this.#person.setAttribute("list", "names");
    this.#person.addEventListener("input", () => this.#typed());
    const types = config.person_types?.length ? config.person_types : PERSON_TYPES;
    const person = element("label", { className: "search" }, icon("magnify"), this.#person);
    person.hidden = Boolean(config.person);
    this.element = element(
      "div",
      { className: "filters", id: "filters", role: "search" },
      this.#door,
      person,
      this.#names,
      this.#chips(PERSON_TYPES.filter((type) => types.includes(type))),
    );
    this.button = this.#toggle();
  }

  /** @returns {Filter} */
  get chosen() {
    const types = [...this.#types].filter(([, chip]) => chip.ariaPressed === "true");
    const person = this.#person.value.trim();
    return {
      ...(this.#door.value && { device_ids: [this.#door.value] }),
      ...(person && { person }),
      ...(types.length && { person_types: types.map(([type]) => type) }),
    };
  }

  /** Whether anything is filtered. */
  get isActive() {
    return Object.keys(this.chosen).length > 0;
  }

  /** Show everybody again. */
  clear() {
    this.#door.value = "";
    this.#person.value = "";
    for (const chip of this.#types.values()) {
      chip.ariaPressed = "false";
    }
    this.#changed();
  }

  /**
   * Offer the doors and people of a feed.
   *
   * @param {Feed} feed
   */
  update(feed) {
    const count = Object.keys(this.chosen).length;
    this.button.dataset.count = count ? String(count) : "";
    // A feed that is filtered knows only what the filter lets through.
    const offered = JSON.stringify([feed.doors, feed.people]);
    if (this.isActive || offered === this.#offered) {
      return;
    }
    this.#offered = offered;
    const doors = feed.doors.map(({ device_id, name }) => option(device_id, name));
    this.#door.replaceChildren(option("", this.#texts("card.all_doors")), ...doors);
    this.#door.hidden = doors.length < 2;
    this.#names.replaceChildren(...feed.people.map(({ name }) => option(name, name)));
  }

  /** Free the timer. */
  dispose() {
    window.clearTimeout(this.#typing);
  }

  /** @param {readonly string[]} types */
  #chips(types) {
    for (const type of types) {
      const words = this.#texts(`card.type_${type}`);
      const chip = element("button", { className: "chip", type: "button" });
      chip.append(typeIcon(type), words);
      chip.dataset.type = type;
      chip.ariaPressed = "false";
      chip.addEventListener("click", () => {
        chip.ariaPressed = String(chip.ariaPressed !== "true");
        this.#changed();
      });
      this.#types.set(type, chip);
    }
    const chips = element("div", { className: "chips", role: "group" });
    chips.ariaLabel = this.#texts("card.person_type");
    chips.hidden = types.length < 2;
    chips.append(...this.#types.values());
    return chips;
  }

  #toggle() {
    const label = this.#texts("card.filter");
    const button = element(
      "button",
      { className: "round filter", type: "button", ariaLabel: label, title: label },
      icon("filter-variant"),
    );
    button.ariaExpanded = "false";
    button.setAttribute("aria-controls", "filters");
    button.addEventListener("click", () => {
      const isOpen = button.ariaExpanded !== "true";
      button.ariaExpanded = String(isOpen);
      this.element.classList.toggle("open", isOpen);
    });
    return button;
  }

  #typed() {
    window.clearTimeout(this.#typing);
    this.#typing = window.setTimeout(() => this.#changed(), TYPED_MS);
  }

  #changed() {
    window.clearTimeout(this.#typing);
    this.#onChange();
  }
}

/**
 * @param {string} value
 * @param {string} text
 */
function option(value, text) {
  return element("option", { value }, text);
}
