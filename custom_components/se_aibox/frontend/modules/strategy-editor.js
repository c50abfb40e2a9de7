/**
 * The editor of the options of a dashboard.
 *
 * @import {Hass, Texts} from "./types"
 * @import {Config} from "./views.js"
 */
import { fireEvent } from "./dom.js";
import { findHouse } from "./registry.js";
import { loadTexts } from "./texts.js";
import { VIEW_NAMES } from "./views.js";

/** A form for the options. */
export class DashboardEditor extends HTMLElement {
  /** @type {Hass | undefined} */
  #hass;
  /** @type {Config} */
  #config = {};
  /** @type {Texts | undefined} */
  #texts;
  /** @type {any} */
  #form;

  /** @param {Hass} hass */
  set hass(hass) {
    this.#hass = hass;
    void this.#update();
  }

  /** @param {Config} config */
  setConfig(config) {
    this.#config = config;
    void this.#update();
  }

  async #update() {
    const hass = this.#hass;
    if (!hass) {
      return;
    }
    const texts = (this.#texts ??= await loadTexts(hass));
    this.#form ??= this.#makeForm(texts);
    this.#form.hass = hass;
    this.#form.schema = schemaOf(hass, texts);
    this.#form.data = this.#config;
  }

  /** @param {Texts} texts */
  #makeForm(texts) {
    /** @type {any} */
    const form = document.createElement("ha-form");
    form.computeLabel = (/** @type {{name: string}} */ { name }) =>
      texts(`dashboard.option_${name}`);
    form.computeHelper = (/** @type {{name: string}} */ { name }) =>
      texts(`dashboard.option_${name}_help`);
    form.addEventListener("value-changed", (/** @type {CustomEvent} */ event) => {
      event.stopPropagation();
      this.#change(event.detail.value);
    });
    this.replaceChildren(form);
    return form;
  }

  /** @param {Config} changed */
  #change(changed) {
    // What is empty is not limited.
    const entries = Object.entries(changed).filter(
      ([, value]) => value !== undefined && value !== null && value?.length !== 0,
    );
    fireEvent(this, "config-changed", { config: Object.fromEntries(entries) });
  }
}

/**
 * @param {Hass} hass
 * @param {Texts} texts
 */
function schemaOf(hass, texts) {
  const boxes = findHouse(hass, {}).boxes.map(({ entryId, name }) => ({
    value: entryId,
    label: name,
  }));
  const views = VIEW_NAMES.map((name) => ({
    value: name,
    label: texts(`dashboard.${name}`),
  }));
  return [
    { name: "views", selector: { select: { multiple: true, reorder: true, options: views } } },
    { name: "entry_ids", selector: { select: { multiple: true, options: boxes } } },
    {
      name: "areas",
      selector: { area: { multiple: true, device: { integration: "se_aibox" } } },
    },
    { name: "columns", selector: { number: { min: 1, max: 10, mode: "box" } } },
  ];
}
