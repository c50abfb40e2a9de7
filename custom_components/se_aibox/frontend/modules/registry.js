/**
 * The boxes, capture devices and followed people that a user may see.
 *
 * @import {Hass, RegistryDevice, RegistryEntity} from "./types"
 */

const DOMAIN = "se_aibox";
// Other devices of the integration are capture devices.
const MODEL_ID_BOX = "box";
const MODEL_ID_PERSON = "person";
const MODEL_ID_SITE = "site";

/**
 * @typedef {object} Device
 * @property {string} id
 * @property {string} name
 * @property {string | null} areaId
 * @property {Readonly<Record<string, string>>} entities
 *   Entity ids by domain and translation key, such as `image.face`.
 *
 * @typedef {Device & {entryId: string, doors: Device[]}} Box
 * @typedef {{boxes: Box[], people: Device[]}} House
 * @typedef {{id: string, name: string}} Place A floor or an area.
 * @typedef {{entry_ids?: string[], areas?: string[]}} Limits
 */


// A registry object is never changed, but replaced.
/** @type {WeakMap<object, RegistryEntity[]>} */
const ours = new WeakMap();

/**
 * Return the integration's entities that are enabled and not hidden.
 *
 * @param {Hass} hass
 * @returns {readonly RegistryEntity[]}
 */
function ourEntities(hass) {
  let found = ours.get(hass.entities);
  if (!found) {
    found = Object.values(hass.entities).filter(
      (entity) => entity.platform === DOMAIN && !entity.hidden,
    );
    ours.set(hass.entities, found);
  }
  return found;
}

// The same, of each device, by domain and translation key.
/** @type {WeakMap<object, Map<string, Record<string, string>>>} */
const byDevice = new WeakMap();

/**
 * Return the entities of a device by domain and translation key.
 *
 * Those that the user may not read have no state.
 *
 * @param {Hass} hass
 * @param {string | null} deviceId
 * @returns {Readonly<Record<string, string>>}
 */
export function entitiesOf(hass, deviceId) {
  let found = byDevice.get(hass.entities);
  if (!found) {
    found = new Map();
    byDevice.set(hass.entities, found);
    for (const { entity_id: id, device_id: device, translation_key } of ourEntities(hass)) {
      const entities = found.get(device ?? "") ?? {};
      entities[`${id.split(".", 1)[0]}.${translation_key}`] = id;
      found.set(device ?? "", entities);
    }
  }
  return (deviceId && found.get(deviceId)) || {};
}

/**
 * Return whether a box is set up, also one that the user may not see.
 *
 * @param {Hass} hass
 */
export function hasBox(hass) {
  return Object.values(hass.devices).some(
    (device) => isOurs(device) && isBox(device),
  );
}

/**
 * Find what the user may see, within the limits of the dashboard.
 *
 * @param {Hass} hass
 * @param {Limits} limits
 * @returns {House}
 */
export function findHouse(hass, limits) {
  /** @type {Map<string, Box>} */
  const boxes = new Map();
  /** @type {Device[]} */
  const people = [];
  /** @type {[string, Device][]} */
  const doors = [];
  for (const device of Object.values(hass.devices).filter(isOurs)) {
    const made = deviceOf(hass, device);
    if (device.model_id === MODEL_ID_SITE || device.disabled_by) {
      continue;
    }
    if (isBox(device)) {
      boxes.set(device.id, { ...made, entryId: entryOf(device), doors: [] });
    } else if (device.model_id !== MODEL_ID_PERSON) {
      doors.push([device.via_device_id ?? "", made]);
    } else if (hasAny(made)) {
      people.push(made);
    }
  }
  const order = byAreaAndName(hass);
  for (const [boxId, door] of doors.sort(([, a], [, b]) => order(a, b))) {
    if (hasAny(door) && isWithin(limits.areas, door.areaId)) {
      boxes.get(boxId)?.doors.push(door);
    }
  }
  return {
    boxes: [...boxes.values()]
      .filter((box) => hasAny(box) || box.doors.length)
      .filter((box) => isWithin(limits.entry_ids, box.entryId))
      .filter((box) => box.doors.length || isWithin(limits.areas, box.areaId))
      .sort(order),
    people: people.sort((a, b) => compareNames(hass, a.name, b.name)),
  };
}

/**
 * Return whether the user may see other entities than before.
 *
 * @param {Hass} before
 * @param {Hass} now
 */
export function haveOthersAppeared(before, now) {
  return (
    before.states !== now.states &&
    ourEntities(now).some(
      ({ entity_id: id }) => id in before.states !== id in now.states,
    )
  );
}

/**
 * Return the floors of some areas if there are several, else the areas.
 *
 * @param {Hass} hass
 * @param {readonly (string | null)[]} areaIds
 * @returns {Place[]} As the user has ordered them; empty if there is only one.
 */
export function placesOf(hass, areaIds) {
  const areas = new Set(areaIds.filter((id) => id !== null && id in hass.areas));
  const floors = new Set([...areas].map((id) => hass.areas[String(id)].floor_id));
  const some = floors.size > 1 ? [hass.floors, floors] : [hass.areas, areas];
  const [registry, ids] = /** @type {[Record<string, {name: string}>, Set<string>]} */ (
    some
  );
  const found = Object.entries(registry).filter(([id]) => ids.has(id));
  return found.length > 1 ? found.map(([id, { name }]) => ({ id, name })) : [];
}

/**
 * Return whether an area is at a place.
 *
 * @param {Hass} hass
 * @param {string | null} areaId
 * @param {string} placeId A floor or an area.
 */
export function isAt(hass, areaId, placeId) {
  return (
    areaId !== null && (areaId === placeId || hass.areas[areaId]?.floor_id === placeId)
  );
}

/**
 * Return a device with the entities that the user may read.
 *
 * @param {Hass} hass
 * @param {RegistryDevice} device
 * @returns {Device}
 */
function deviceOf(hass, device) {
  const entities = Object.entries(entitiesOf(hass, device.id));
  return {
    id: device.id,
    name: device.name_by_user || device.name || device.id,
    areaId: device.area_id,
    entities: Object.fromEntries(entities.filter(([, id]) => id in hass.states)),
  };
}

/** @param {RegistryDevice} device */
function entryOf(device) {
  return device.primary_config_entry ?? device.config_entries[0] ?? "";
}

/** @param {RegistryDevice} device */
function isOurs(device) {
  return device.identifiers.some(([domain]) => domain === DOMAIN);
}

/** @param {RegistryDevice} device */
function isBox(device) {
  return device.model_id === MODEL_ID_BOX;
}

/** @param {Device} device */
function hasAny(device) {
  return Object.keys(device.entities).length > 0;
}

/**
 * @param {readonly string[] | undefined} wanted
 * @param {string | null} id
 */
function isWithin(wanted, id) {
  return !wanted?.length || (id !== null && wanted.includes(id));
}

/**
 * @param {Hass} hass
 * @param {string} a
 * @param {string} b
 */
export function compareNames(hass, a, b) {
  return a.localeCompare(b, hass.locale?.language, { numeric: true });
}

/**
 * Return a function that compares devices by floor, area and name.
 *
 * @param {Hass} hass
 * @returns {(a: Device, b: Device) => number}
 */
function byAreaAndName(hass) {
  const floors = Object.keys(hass.floors);
  const areas = Object.keys(hass.areas);
  const last = areas.length;
  /** @param {Device} device */
  const rank = ({ areaId }) => {
    const area = areaId === null ? -1 : areas.indexOf(areaId);
    const floor = floors.indexOf(hass.areas[areaId ?? ""]?.floor_id ?? "");
    // What has no floor or area comes last.
    return [floor < 0 ? floors.length : floor, area < 0 ? last : area];
  };
  return (a, b) => {
    const [floorA, areaA] = rank(a);
    const [floorB, areaB] = rank(b);
    return floorA - floorB || areaA - areaB || compareNames(hass, a.name, b.name);
  };
}
