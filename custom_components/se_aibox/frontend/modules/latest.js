/**
 * Who came last, and whether that was just now.
 *
 * @import {Door, Hass} from "./types"
 * @import {Entry} from "./rows.js"
 */
import { compareNames, entitiesOf } from "./registry.js";

const MINUTE_MS = 60_000;
const OLD_AFTER_MINUTES = 30;

/**
 * Return the recognition to show large.
 *
 * What was found later in a box's history says nothing about who stands at the door.
 *
 * @param {readonly Entry[]} rows Newest first.
 */
export function latestOf(rows) {
  return rows.find(({ kind }) => kind !== "recovered");
}

/**
 * Return the newest recognition of each capture device.
 *
 * @param {readonly Entry[]} rows Newest first.
 */
export function latestByDoor(rows) {
  /** @type {Map<string, Entry>} */
  const found = new Map();
  for (const row of rows) {
    if (row.device_id !== null && !found.has(row.device_id)) {
      found.set(row.device_id, row);
    }
  }
  return found;
}

/**
 * Return whether somebody may still be near the door.
 *
 * @param {Hass} hass
 * @param {Entry} row
 * @param {number | undefined} oldAfter In minutes.
 * @param {number} [now]
 */
export function isFresh(hass, row, oldAfter = OLD_AFTER_MINUTES, now = Date.now()) {
  return wasLive(hass, row) && now - row.at < oldAfter * MINUTE_MS;
}

/**
 * Return whether a recognition arrived live, also before this page was loaded.
 *
 * @param {Hass} hass
 * @param {Entry} row
 */
function wasLive(hass, { kind, device_id, recognition_id }) {
  if (kind !== "recorded") {
    return kind === "live";
  }
  const event = hass.states[entitiesOf(hass, device_id)["event.recognition"]];
  return event?.attributes.recognition_id === recognition_id;
}

/**
 * @typedef {object} LastPerson Who came last, as the entities of a capture device say.
 * @property {number} at
 * @property {string} name
 * @property {string} type
 * @property {string | undefined} face Path of the picture.
 */

/**
 * Return who came last, where the list of recognitions does not go back far enough.
 *
 * @param {Hass} hass
 * @param {string} deviceId
 * @returns {LastPerson | undefined}
 */
export function lastPerson(hass, deviceId) {
  const entities = entitiesOf(hass, deviceId);
  const event = hass.states[entities["event.recognition"]];
  const person = hass.states[entities["sensor.last_person"]];
  const at = Date.parse(event?.state ?? "");
  if (!person || Number.isNaN(at)) {
    return undefined;
  }
  return {
    at,
    name: hass.formatEntityState?.(person) ?? person.state,
    type: String(event.attributes.event_type ?? ""),
    face: /** @type {string | undefined} */ (person.attributes.entity_picture),
  };
}

/**
 * Return doors in order: who came last first, then by name.
 *
 * @param {Hass} hass
 * @param {readonly Door[]} doors
 * @param {ReadonlyMap<string, {at: number}>} last By device id.
 */
export function inOrder(hass, doors, last) {
  const at = (/** @type {Door} */ door) => last.get(door.device_id)?.at ?? 0;
  return [...doors].sort(
    (a, b) => at(b) - at(a) || compareNames(hass, a.name, b.name),
  );
}
