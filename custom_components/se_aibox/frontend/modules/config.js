// The configuration of a card.

/** @import { CardConfig, Door, Filter, Mode } from "./types" */
/** @import { Feed } from "./feed.js" */

/** @type {readonly Mode[]} */
export const MODES = ["timeline", "now", "doors", "inside", "roll_call"];
/** The types of people, as they are offered. */
export const PERSON_TYPES = [
  "employee",
  "visitor",
  "vip",
  "blocklisted",
  "stranger",
  "other",
];
const LISTS = /** @type {const} */ (["entry_ids", "device_ids", "person_types"]);
const TEXTS = /** @type {const} */ (["title", "person"]);
export const MOST_COLUMNS = 8;

/** @param {Partial<Record<keyof CardConfig, unknown>>} config */
export function assertConfig(config) {
  const { mode, columns, person_types: types } = config;
  if (mode !== undefined && !MODES.some((known) => known === mode)) {
    throw new Error(`"mode" must be one of: ${MODES.join(", ")}.`);
  }
  for (const name of LISTS) {
    if (config[name] !== undefined && !isListOfTexts(config[name])) {
      throw new Error(`"${name}" must be a list of texts.`);
    }
  }
  if (Array.isArray(types) && !types.every((type) => PERSON_TYPES.includes(type))) {
    throw new Error(`"person_types" may contain: ${PERSON_TYPES.join(", ")}.`);
  }
  for (const name of TEXTS) {
    if (config[name] !== undefined && typeof config[name] !== "string") {
      throw new Error(`"${name}" must be a text. Put it into quotes.`);
    }
  }
  if (columns !== undefined && !isCount(columns)) {
    throw new Error(`"columns" must be a whole number from 1 to ${MOST_COLUMNS}.`);
  }
}

/** @param {unknown} value */
function isListOfTexts(value) {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** @param {unknown} value */
function isCount(value) {
  const count = Number.isInteger(value) ? Number(value) : 0;
  return count >= 1 && count <= MOST_COLUMNS;
}

/**
 * @param {Filter} config
 * @param {Filter} chosen
 * @returns {Filter}
 */
export function filterOf(config, chosen) {
  const { entry_ids, device_ids, person_types, person } = { ...config, ...chosen };
  const filter = { entry_ids, device_ids, person_types, person };
  const set = Object.entries(filter).filter(([, value]) => value?.length);
  return Object.fromEntries(set);
}

/**
 * @param {Filter} config
 * @param {Feed} feed
 * @returns {Door[]}
 */
export function doorsOf({ entry_ids: entries = [], device_ids: ids = [] }, feed) {
  const found = feed.boxes.filter(({ device_id: id }) => id && ids.includes(id));
  const boxes = found.map(({ entry_id }) => entry_id);
  const sites = feed.sites.filter(({ device_id: id }) => ids.includes(id));
  const chosen = [...ids, ...sites.flatMap(({ door_ids }) => door_ids)];
  // A followed person counts at any door.
  const isAnywhere = !ids.length || isAboutPeople({ device_ids: ids }, feed);
  return feed.doors.filter(
    ({ device_id, entry_id }) =>
      (!entries.length || entries.includes(entry_id)) &&
      (isAnywhere || chosen.includes(device_id) || boxes.includes(entry_id)),
  );
}

/**
 * Return whether a card shows followed people, wherever they are.
 *
 * @param {Filter} config
 * @param {Feed} feed
 */
export function isAboutPeople({ device_ids: ids = [] }, { people }) {
  return people.some(({ device_id }) => ids.includes(device_id));
}
