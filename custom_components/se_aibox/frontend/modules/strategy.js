// The dashboard `custom:se-aibox`, as the entry module offers it.

/** @import { Config, Field, Hass, Options, Texts } from "./types" */
import { fireEvent } from "./dom.js";
import { findHouse, haveOthersAppeared } from "./registry.js";
import { loadTexts } from "./texts.js";
import { makeViews, VIEW_NAMES } from "./views.js";

const EDITOR = "se-aibox-strategy-editor";
const REGISTRIES = /** @type {const} */ (["entities", "devices", "areas", "floors"]);

/**
 * @param {Options} options
 * @param {Hass} hass
 */
export async function generateDashboard(options, hass) {
  return { views: makeViews(hass, options, await loadTexts(hass)) };
}

/**
 * That builds every card anew, also that on a screen at the door.
 *
 * @param {Options} options
 * @param {Hass} before
 * @param {Hass} now
 */
export function shouldRegenerate(options, before, now) {
  // The keys stand for the texts.
  const shown = (/** @type {Hass} */ hass) =>
    JSON.stringify(makeViews(hass, options, (key) => key));
  return (
    before.language !== now.language ||
    haveOthersAppeared(before, now) ||
    (REGISTRIES.some((name) => before[name] !== now[name]) && shown(before) !== shown(now))
  );
}

/** @param {Hass} hass */
export async function getCreateSuggestions(hass) {
  const texts = await loadTexts(hass);
  return { title: texts("dashboard.title"), icon: "mdi:face-recognition" };
}

/** The editor of a dashboard's options. */
class DashboardEditor extends HTMLElement {
  /** @type {Hass | undefined} */
  #hass;
  /** @type {Config} */
  #config = {};
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
    if (!hass) return;
    const texts = await loadTexts(hass);
    this.#form ??= this.#makeForm(texts);
    Object.assign(this.#form, { hass, schema: schema(hass, texts), data: this.#config });
  }

  /** @param {Texts} texts */
  #makeForm(texts) {
    const form = Object.assign(document.createElement("ha-form"), {
      computeLabel: (/** @type {Field} */ { name }) => texts(`dashboard.option_${name}`),
      computeHelper: (/** @type {Field} */ { name }) =>
        texts(`dashboard.option_${name}_help`),
    });
    form.addEventListener("value-changed", (event) => {
      event.stopPropagation();
      this.#change(/** @type {CustomEvent} */ (event).detail.value);
    });
    this.append(form);
    return form;
  }

  /** @param {Config} value */
  #change(value) {
    // What is empty limits nothing.
    const set = Object.entries(value).filter(([, one]) => one && one.length !== 0);
    fireEvent(this, "config-changed", { config: Object.fromEntries(set) });
  }
}

/**
 * @param {Hass} hass
 * @param {Texts} texts
 */
function schema(hass, texts) {
  const boxes = findHouse(hass, {}).boxes.map(({ entryId, name }) => ({
    value: entryId,
    label: name,
  }));
  const views = VIEW_NAMES.map((name) => ({
    value: name,
    label: texts(`dashboard.view_${name}`),
  }));
  const multiple = true;
  return [
    { name: "views", selector: { select: { multiple, reorder: true, options: views } } },
    { name: "entry_ids", selector: { select: { multiple, options: boxes } } },
    { name: "areas", selector: { area: { multiple, device: { integration: "se_aibox" } } } },
    { name: "columns", selector: { number: { min: 1, max: 8, mode: "box" } } },
  ];
}

if (!customElements.get(EDITOR)) customElements.define(EDITOR, DashboardEditor);
