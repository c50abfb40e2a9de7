// The texts of the user's language.

/** @import { Hass, Texts } from "./types" */

const DOMAIN = "se_aibox";
const CATEGORY = "config_panel";
const PREFIX = `component.${DOMAIN}.${CATEGORY}.`;

/** @type {Map<string, Promise<Texts>>} */
const loading = new Map();

/**
 * Return the texts in the user's language; English ones where it has none.
 *
 * They are asked for once. Not by `hass.loadBackendTranslation`: who asks while another
 * still waits gets none.
 *
 * @param {Hass} hass
 * @returns {Promise<Texts>}
 */
export function loadTexts(hass) {
  const { language } = hass;
  let texts = loading.get(language);
  if (!texts) {
    texts = load(hass, language);
    loading.set(language, texts);
    texts.catch(() => loading.delete(language));
  }
  return texts;
}

/**
 * @param {Hass} hass
 * @param {string} language
 * @returns {Promise<Texts>}
 */
async function load(hass, language) {
  const { resources } = await hass.callWS({
    type: "frontend/get_translations",
    language,
    category: CATEGORY,
    integration: [DOMAIN],
  });
  return textsOf(resources, language);
}

/**
 * A number `count` among the placeholders chooses between `<key>_one` and
 * `<key>_other`, where there are such texts.
 *
 * @param {Record<string, string>} resources
 * @param {string} language
 * @returns {Texts}
 */
export function textsOf(resources, language) {
  const plural = new Intl.PluralRules(language);
  return (key, placeholders = {}) => {
    const { count } = placeholders;
    const counted =
      typeof count === "number" ? `${key}_${plural.select(count)}` : key;
    const text =
      resources[PREFIX + counted] ??
      resources[`${PREFIX}${key}_other`] ??
      resources[PREFIX + key];
    // A missing text shows its key, which a test finds.
    return text === undefined ? key : filled(text, placeholders);
  };
}

/**
 * @param {string} text
 * @param {Record<string, string | number>} placeholders
 */
function filled(text, placeholders) {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name) =>
    Object.hasOwn(placeholders, name) ? String(placeholders[name]) : whole,
  );
}
