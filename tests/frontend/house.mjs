// A Home Assistant with boxes, capture devices and followed people, as the browser
// knows it.

const MODULES = "../../custom_components/se_aibox/frontend/modules";

/** Import a module of the dashboard. */
export const load = (name) => import(`${MODULES}/${name}.js`);

/** Return texts that show their key and placeholders. */
export const texts = (key, placeholders) =>
  placeholders ? `${key} ${JSON.stringify(placeholders)}` : key;

export class FakeHass {
  language = "en";
  locale = { language: "en", time_format: "24", time_zone: "local" };
  user = { is_admin: true };
  connected = true;
  states = {};
  entities = {};
  devices = {};
  areas = {};
  floors = {};

  /** Add a device; entities are named by domain and translation key. */
  device(id, keys, others = {}) {
    this.devices[id] = {
      id,
      name: id,
      name_by_user: null,
      area_id: null,
      model_id: null,
      via_device_id: null,
      disabled_by: null,
      config_entries: ["entry"],
      primary_config_entry: "entry",
      identifiers: [["se_aibox", id]],
      ...others,
    };
    for (const key of keys) {
      const [domain, translationKey] = key.split(".");
      // Nothing in the id says what it is.
      this.entity(`${domain}.x${Object.keys(this.entities).length}`, {
        device_id: id,
        translation_key: translationKey,
      });
    }
    return this;
  }

  entity(id, others) {
    this.entities[id] = { entity_id: id, platform: "se_aibox", ...others };
    this.states[id] = { entity_id: id, state: "on", attributes: {} };
  }

  box(id, others = {}) {
    const keys = ["binary_sensor.connection", "switch.pictures", "sensor.cpu_usage"];
    const entry = `${id} entry`;
    return this.device(id, keys, {
      model_id: "box",
      primary_config_entry: entry,
      config_entries: [entry],
      ...others,
    });
  }

  door(id, box, others = {}) {
    const keys = ["event.recognition", "image.face", "sensor.recognitions"];
    return this.device(id, [...keys, "button.open_door"], {
      via_device_id: box,
      ...others,
    });
  }

  person(id, others = {}) {
    const keys = ["event.recognition", "image.face", "sensor.last_location"];
    return this.device(id, keys, { model_id: "person", ...others });
  }

  site(id, others = {}) {
    const keys = ["sensor.people_inside", "binary_sensor.occupied", "event.passage"];
    return this.device(id, keys, { model_id: "site", ...others });
  }

  area(id, floorId = null) {
    this.areas[id] = { area_id: id, name: `${id} area`, floor_id: floorId };
    return this;
  }

  floor(id) {
    this.floors[id] = { floor_id: id, name: `${id} floor` };
    return this;
  }

  /** Return the entity of a device by domain and translation key. */
  find(deviceId, key) {
    return Object.values(this.entities).find(
      ({ entity_id: id, device_id: device, translation_key: name }) =>
        device === deviceId && `${id.split(".")[0]}.${name}` === key,
    );
  }

  /** Return what Home Assistant hands on after a change. */
  changed(change) {
    const copy = Object.assign(new FakeHass(), structuredClone({ ...this }));
    change(copy);
    return copy;
  }
}
