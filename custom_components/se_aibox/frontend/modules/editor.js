// The form in which a card is configured.

/** @import { Field, Hass } from "./types" */
import { MODES, MOST_COLUMNS, PERSON_TYPES, assertConfig } from "./config.js";
import { loadTexts } from "./texts.js";

const DOMAIN = "se_aibox";
const HELPED = new Set(["device_ids", "old_after", "person"]);

/** Return the form for `getConfigForm`, in the user's language. */
export async function configForm() {
  // The frontend passes no `hass` here.
  const root = /** @type {(HTMLElement & {hass: Hass}) | null} */ (
    document.querySelector("home-assistant")
  );
  const texts = root ? await loadTexts(root.hass) : (/** @type {string} */ key) => key;
  return {
    schema: schema(texts),
    assertConfig,
    computeLabel: (/** @type {Field} */ { name }) => texts(`card.option_${name}`),
    computeHelper: (/** @type {Field} */ { name }) =>
      HELPED.has(name) ? texts(`card.option_${name}_help`) : undefined,
  };
}

/** @param {(key: string) => string} texts */
function schema(texts) {
  const modes = MODES.map((value) => ({ value, label: texts(`card.mode_${value}`) }));
  const types = PERSON_TYPES.map((value) => ({
    value,
    label: texts(`card.type_${value}`),
  }));
  return [
    { name: "title", selector: { text: {} } },
    {
      name: "mode",
      default: "timeline",
      selector: { select: { mode: "dropdown", options: modes } },
    },
    {
      name: "device_ids",
      selector: { device: { multiple: true, filter: { integration: DOMAIN } } },
    },
    {
      name: "person_types",
      selector: { select: { multiple: true, options: types } },
    },
    { name: "person", selector: { text: {} } },
    {
      name: "columns",
      selector: { number: { min: 1, max: MOST_COLUMNS, mode: "box" } },
    },
    { name: "show_score", selector: { boolean: {} } },
    {
      name: "old_after",
      selector: { number: { min: 1, max: 1440, mode: "box", unit_of_measurement: "min" } },
    },
  ];
}
