// What a user may see of the boxes, found in the registries: an id says nothing.

/** @import { Hass, House, HouseDevice, Limits, Place, RegistryDevice } from "./types" */

const DOMAIN = "se_aibox";
// Devices of the integration without such a model id are capture devices.
const MODELS = ["box", "person", "site"];

// A registry is never changed, but replaced.
/** @type {WeakMap<object, Map<string, Record<string, string>>>} */
const found = new WeakMap();

/**
 * Those of the integration that are enabled and not hidden.
 *
 * @param {Hass} hass
 * @returns By device, then by domain and translation key, such as `image.face`.
 */
function entitiesByDevice({ entities }) {
  let byDevice = found.get(entities);
  if (!byDevice) {
    found.set(entities, (byDevice = new Map()));
    for (const { device_id: device = "", entity_id: id, ...entity } of Object.values(
      entities,
    )) {
      if (entity.platform === DOMAIN && !entity.hidden) {
        const own = byDevice.get(device) ?? {};
        own[`${id.split(".", 1)[0]}.${entity.translation_key}`] = id;
        byDevice.set(device, own);
      }
    }
  }
  return byDevice;
}

/**
 * Also those that the user may not read.
 *
 * @param {Hass} hass
 * @param {string | null} deviceId
 */
export function entitiesOf(hass, deviceId) {
  return entitiesByDevice(hass).get(deviceId ?? "") ?? {};
}

/**
 * @param {Hass} before
 * @param {Hass} now
 */
export function haveOthersAppeared(before, now) {
  return (
    before.states !== now.states &&
    [...entitiesByDevice(now).values()].some((entities) =>
      Object.values(entities).some((id) => id in before.states !== id in now.states),
    )
  );
}

/**
 * Also one that the user may not see.
 *
 * @param {Hass} hass
 */
export function hasBox({ devices }) {
  return Object.values(devices).some((device) => isOurs(device) && device.model_id === "box");
}

/**
 * @param {Hass} hass
 * @param {Limits} limits
 * @returns {House}
 */
export function findHouse(hass, { entry_ids, areas }) {
  const devices = Object.values(hass.devices)
    .filter((device) => isOurs(device) && !device.disabled_by)
    .map((device) => deviceOf(hass, device))
    .sort(byAreaAndName(hass));
  const doors = devices.filter(
    ({ areaId, isEmpty, model }) =>
      !MODELS.includes(model) && !isEmpty && isWithin(areas, areaId),
  );
  const boxes = devices
    .filter(({ entryId, model }) => model === "box" && isWithin(entry_ids, entryId))
    .map((box) => ({ ...box, doors: doors.filter(({ boxId }) => boxId === box.id) }))
    .filter((box) => box.doors.length || (!box.isEmpty && isWithin(areas, box.areaId)));
  const [people, sites] = ["person", "site"].map((wanted) =>
    devices.filter(({ isEmpty, model }) => model === wanted && !isEmpty),
  );
  return { boxes, people, sites };
}

/**
 * @param {Hass} hass
 * @param {RegistryDevice} device
 * @returns {HouseDevice}
 */
function deviceOf(hass, device) {
  // An entity that the user may not read has no state here.
  const entities = Object.entries(entitiesOf(hass, device.id)).filter(
    ([, id]) => id in hass.states,
  );
  return {
    id: device.id,
    name: device.name_by_user || device.name || device.id,
    model: device.model_id ?? "",
    areaId: device.area_id,
    boxId: device.via_device_id,
    entryId: device.primary_config_entry ?? device.config_entries[0],
    entities: Object.fromEntries(entities),
    isEmpty: !entities.length,
  };
}

/** @param {RegistryDevice} device */
function isOurs({ identifiers }) {
  return identifiers.some(([domain]) => domain === DOMAIN);
}

/**
 * @param {readonly string[] | undefined} wanted Everything, if empty.
 * @param {string | null} id
 */
function isWithin(wanted, id) {
  return !wanted?.length || wanted.includes(id ?? "");
}

/**
 * @param {Hass} hass
 * @returns {(a: HouseDevice, b: HouseDevice) => number}
 */
function byAreaAndName(hass) {
  const [floors, areas] = [hass.floors, hass.areas].map(Object.keys);
  // What has no place comes last.
  const rank = (/** @type {string[]} */ list, /** @type {string | null | undefined} */ id) =>
    list.indexOf(id ?? "") + 1 || list.length + 1;
  const floorOf = (/** @type {HouseDevice} */ { areaId }) =>
    rank(floors, hass.areas[areaId ?? ""]?.floor_id);
  return (a, b) =>
    floorOf(a) - floorOf(b) ||
    rank(areas, a.areaId) - rank(areas, b.areaId) ||
    compareNames(hass, a.name, b.name);
}

/**
 * @param {Hass} hass
 * @param {string} a
 * @param {string} b
 */
export function compareNames({ locale }, a, b) {
  return a.localeCompare(b, locale.language, { numeric: true });
}

/**
 * Return the floors of some areas if there are several, else the areas.
 *
 * @param {Hass} hass
 * @param {readonly (string | null)[]} areaIds
 * @returns {Place[]} As the user has ordered them; empty if there is only one.
 */
export function placesOf(hass, areaIds) {
  const areas = Object.values(hass.areas).filter(({ area_id: id }) => areaIds.includes(id));
  const floorIds = areas.map(({ floor_id: id }) => id);
  const floors = Object.values(hass.floors).filter(({ floor_id: id }) => floorIds.includes(id));
  const places =
    floors.length > 1
      ? floors.map(({ floor_id: id, name }) => ({ id, name }))
      : areas.map(({ area_id: id, name }) => ({ id, name }));
  return places.length > 1 ? places : [];
}

/**
 * @param {Hass} hass
 * @param {string | null} areaId
 * @param {string} placeId A floor or an area.
 */
export function isAt({ areas }, areaId, placeId) {
  return areaId !== null && [areaId, areas[areaId]?.floor_id].includes(placeId);
}
