// Who came last, and whether they may still be near.

/** @import { Door, Entry, Hass, Last } from "./types" */
import { compareNames, entitiesOf } from "./registry.js";

const MINUTE_MS = 60_000;
const OLD_AFTER_MINUTES = 30;

/**
 * What was found later in a box's history says nothing about who is at the door.
 *
 * @param {readonly Entry[]} rows Newest first.
 */
export function latestOf(rows) {
  return rows.find(({ kind }) => kind !== "recovered");
}

/**
 * @param {readonly Entry[]} rows Newest first.
 * @param {number} count Of the capture devices.
 */
export function latestByDoor(rows, count) {
  /** @type {Map<string | null, Entry>} */
  const latest = new Map();
  for (const row of rows) {
    if (!latest.has(row.device_id)) latest.set(row.device_id, row);
    // There may be thousands of rows, and this is asked often.
    if (latest.size >= count) break;
  }
  return latest;
}

/**
 * @param {Hass} hass
 * @param {Entry} row
 * @param {number} [oldAfter] In minutes.
 */
export function isFresh(hass, { at, device_id, kind, recognition_id }, oldAfter) {
  const event = hass.states[entitiesOf(hass, device_id)["event.recognition"]];
  // It came live, perhaps before this page was loaded.
  const wasLive =
    kind === "live" ||
    (kind === "recorded" && event?.attributes.recognition_id === recognition_id);
  return wasLive && Date.now() - at < (oldAfter ?? OLD_AFTER_MINUTES) * MINUTE_MS;
}

/**
 * By the entities: the list of recognitions may not go back far enough.
 *
 * @param {Hass} hass
 * @param {string} deviceId
 * @returns {Last | undefined}
 */
export function lastPerson(hass, deviceId) {
  const entities = entitiesOf(hass, deviceId);
  const event = hass.states[entities["event.recognition"]];
  const person = hass.states[entities["sensor.last_person"]];
  const at = Date.parse(event?.state ?? "");
  if (!person || !at) return undefined;
  return {
    at,
    id: event.attributes.recognition_id,
    name: hass.formatEntityState?.(person) ?? person.state,
    type: String(event.attributes.event_type),
    path: /** @type {string | undefined} */ (person.attributes.entity_picture) ?? null,
    isFresh: false,
  };
}

/**
 * Return whether somebody came after a row; a face may be delivered late.
 *
 * @param {Last} last As the entities know it.
 * @param {Entry} [row]
 */
export function isAfter({ at, id }, row) {
  return !row || (at > row.at && id !== row.recognition_id);
}

/**
 * @param {Hass} hass
 * @param {readonly Door[]} doors
 * @param {ReadonlyMap<string, { at: number }>} last By device id.
 */
export function inOrder(hass, doors, last) {
  const at = (/** @type {Door} */ { device_id: id }) => last.get(id)?.at ?? 0;
  return [...doors].sort((a, b) => at(b) - at(a) || compareNames(hass, a.name, b.name));
}
