// The texts of the user's language, and times as the user reads them.

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
 * Make the function that looks texts up.
 *
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

/** @param {Hass} hass */
export function timeZone(hass) {
  return hass.locale.time_zone === "local"
    ? undefined
    : hass.config.time_zone;
}

/**
 * Return whether the user reads `1:05 PM` rather than `13:05`; undefined where the
 * language decides.
 *
 * @param {Hass} hass
 */
function hour12(hass) {
  const { time_format: format } = hass.locale;
  if (format === "12") return true;
  if (format === "24") return false;
  // `system` means the browser's language.
  const locale = format === "system" ? undefined : hass.locale.language;
  return new Intl.DateTimeFormat(locale, { hour: "numeric" }).resolvedOptions().hour12;
}

/** @type {Map<string, unknown>} */
const formats = new Map();

/**
 * Making a format, and finding out the clock, take far longer than using it.
 *
 * @template Format
 * @param {string} key
 * @param {() => Format} make
 */
function kept(key, make) {
  const made = formats.get(key) ?? make();
  formats.set(key, made);
  return /** @type {Format} */ (made);
}

/**
 * @param {Hass} hass
 * @param {Intl.DateTimeFormatOptions} parts
 * @param {string} [language]
 */
function formatOf(hass, parts, language = hass.locale.language) {
  const zone = timeZone(hass);
  return kept(JSON.stringify([language, hass.locale.time_format, zone, parts]), () => {
    const options = { ...parts, timeZone: zone };
    // Not `hour12: false`, which some languages write as 24:05.
    if (parts.hour) options.hourCycle = hour12(hass) ? "h12" : "h23";
    return new Intl.DateTimeFormat(language, options);
  });
}

/**
 * @param {Hass} hass
 * @param {"auto" | "always"} numeric
 */
function relativeOf({ locale: { language } }, numeric) {
  return kept(language + numeric, () => new Intl.RelativeTimeFormat(language, { numeric }));
}

/**
 * @param {Hass} hass
 * @param {Date} time
 */
export function timeOfDay(hass, time) {
  return formatOf(hass, { hour: "numeric", minute: "2-digit" }).format(time);
}

/**
 * @param {Hass} hass
 * @param {Date} time
 */
export function dayAndTime(hass, time) {
  return formatOf(hass, {
    year: "numeric",
    month: "long",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    second: "2-digit",
  }).format(time);
}

/**
 * Return the local day of a time as a key to compare, as `2026-11-30`.
 *
 * @param {Hass} hass
 * @param {Date} time
 */
export function dayKey(hass, time) {
  const parts = /** @type {const} */ ({
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  // Canadians write the year first, with hyphens.
  return formatOf(hass, parts, "en-CA").format(time);
}

/**
 * Return `today`, `yesterday`, or the day with its weekday.
 *
 * @param {Hass} hass
 * @param {Date} time
 * @param {Date} [now]
 */
export function dayName(hass, time, now = new Date()) {
  const days = Math.round(
    (Date.parse(dayKey(hass, time)) - Date.parse(dayKey(hass, now))) / 86_400_000,
  );
  if (days === 0 || days === -1) {
    return relativeOf(hass, "auto").format(days, "day");
  }
  return formatOf(hass, { weekday: "long", month: "long", day: "numeric" }).format(time);
}

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/**
 * Return how long ago a time was, as `5 minutes ago`.
 *
 * @param {Hass} hass
 * @param {Date} time
 * @param {Date} [now]
 */
export function ago(hass, time, now = new Date()) {
  const seconds = Math.round((time.getTime() - now.getTime()) / 1000);
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? [
    "second",
    1,
  ];
  // `now`, but not `yesterday`, which 30 hours ago may not be.
  const numeric = unit === "second" ? "auto" : "always";
  return relativeOf(hass, numeric).format(Math.trunc(seconds / size), unit);
}
