// A page without Home Assistant: what a card needs of it, and as many faces as wanted.

const MINUTE_MS = 60_000;
const TYPES = ["employee", "visitor", "vip", "blocklisted", "stranger", "other"];

/** Draw icons as Home Assistant does, from the paths of the page. */
class Icon extends HTMLElement {
  set icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS(svg.namespaceURI, "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    path.setAttribute("d", window.icons[name.replace("mdi:", "")] ?? "");
    svg.append(path);
    this.attachShadow({ mode: "open" }).append(svg);
    svg.style.cssText = "width: 100%; height: 100%; fill: currentColor; display: block";
  }
}
customElements.define("ha-icon", Icon);

/** Have the background of Home Assistant's card. */
class CardFrame extends HTMLElement {
  constructor() {
    super();
    const style = document.createElement("style");
    style.textContent = `:host {
      background: var(--ha-card-background, var(--card-background-color, #fff));
      border: 1px solid var(--ha-card-border-color, #e0e0e0);
      border-radius: 12px;
    }`;
    this.attachShadow({ mode: "open" }).append(style, document.createElement("slot"));
  }
}
customElements.define("ha-card", CardFrame);

/** Answers as the websocket commands of the integration do. */
export class FakeBoxes {
  subscriptions = new Set();
  asked = [];
  failing = null;
  // Actions, and why the next one fails.
  called = [];
  refusal = null;
  // The name of the only permission group.
  group = "Staff";
  rollCall = null;
  rollCallCards = new Set();
  #listeners = new Map();

  constructor({ rows = [], boxes, doors = [], people = [], sites = [], ...others }) {
    const { inside = {}, rollCall = null } = others;
    this.rows = rows;
    this.rollCall = rollCall;
    // Who is inside all sites, or an error.
    this.inside = inside;
    this.state = { type: "state", today: rows.length, boxes, doors, people, sites };
  }

  get connection() {
    return {
      addEventListener: (type, listener) => this.#of(type).add(listener),
      removeEventListener: (type, listener) => this.#of(type).delete(listener),
      subscribeMessage: async (callback, message) => {
        if (this.failing) throw this.failing;
        this.asked.push(message);
        if (message.type === "se_aibox/roll_call/subscribe") {
          this.rollCallCards.add(callback);
          callback(structuredClone(this.rollCall));
          return async () => this.rollCallCards.delete(callback);
        }
        this.subscriptions.add(callback);
        callback(structuredClone(this.state));
        return async () => this.subscriptions.delete(callback);
      },
    };
  }

  get listeners() {
    return this.#of("ready").size;
  }

  #of(type) {
    if (!this.#listeners.has(type)) this.#listeners.set(type, new Set());
    return this.#listeners.get(type);
  }

  /** Lose the connection, and get it again. */
  reconnect() {
    this.subscriptions.clear();
    this.#of("ready").forEach((listener) => listener());
  }

  async list({ filter = {}, before, limit }) {
    this.asked.push({ filter, before });
    if (this.failing) throw this.failing;
    const { person_types: types, device_ids: ids } = filter;
    const doorsOf = (id) =>
      this.state.sites.find((site) => site.device_id === id)?.door_ids ?? [id];
    const devices = ids?.flatMap(doorsOf);
    const found = this.rows.filter(
      (row) =>
        (!types || types.includes(row.person_type)) &&
        (!devices || devices.includes(row.device_id)) &&
        (!filter.person || row.name?.includes(filter.person)),
    );
    const from = before ? Number(before) : 0;
    const to = Math.min(from + limit, found.length);
    return {
      recognitions: structuredClone(found.slice(from, to)),
      before: to < found.length ? String(to) : null,
      silent: [],
    };
  }

  async peopleInside(message) {
    this.asked.push(message);
    if (this.inside.error) throw this.inside.error;
    return { response: { sites: [structuredClone(this.inside)] } };
  }

  /** Tell the cards of another roll call, or of changes of people by number. */
  tellRollCall(rollCall, changes = {}) {
    this.rollCall = structuredClone(rollCall);
    for (const [number, change] of Object.entries(changes)) {
      Object.assign(this.rollCall.people[number], change);
    }
    this.rollCallCards.forEach((callback) => callback(structuredClone(this.rollCall)));
  }

  async call(...action) {
    if (action[1] === "get_people_inside") return this.peopleInside({ service: action[1] });
    this.called.push(action);
    if (this.refusal) throw this.refusal;
    const groups = [{ group_id: "g1", name: this.group, capture_devices: ["Garage"] }];
    const warnings = ["One warning."];
    return { response: { boxes: [{ groups, warnings }] } };
  }

  tell(event) {
    this.subscriptions.forEach((callback) => callback(structuredClone(event)));
  }

  show(row) {
    this.rows.unshift(row);
    this.state.today += 1;
    this.tell({ type: "recognition", recognition: row, today: this.state.today });
  }

  turnPictures(pictures) {
    this.state.boxes = this.state.boxes.map((box) => ({ ...box, pictures }));
    this.tell(this.state);
  }
}

export function hassOf(boxes, language, changes = {}) {
  return {
    language,
    locale: { language, time_format: "language", time_zone: "local" },
    config: { time_zone: "Asia/Shanghai", version: "2026.11.0" },
    user: { id: "1", name: "Demo", is_admin: true },
    connected: true,
    states: {},
    entities: {},
    devices: {},
    areas: {},
    floors: {},
    connection: boxes.connection,
    hassUrl: (path) => path,
    callService: (...action) => boxes.call(...action),
    loadBackendTranslation: async () => (key) => key,
    async callWS(message) {
      if (message.type === "frontend/get_translations") {
        return { resources: window.texts };
      }
      return boxes.list(message);
    },
    ...changes,
  };
}

export function rowOf(number, changes = {}) {
  const type = TYPES[number % TYPES.length];
  const isStranger = type === "stranger";
  const id = `r${number}`;
  const path = (kind) => `/api/se_aibox/picture/box/${id}/${kind}?authSig=x`;
  return {
    key: `box/${id}`,
    entry_id: "box",
    recognition_id: id,
    device_id: `door${number % 3}`,
    place: ["Front door", "大门", "Garage"][number % 3],
    followed_device_ids: [],
    name: isStranger ? null : `Person ${number}`,
    identity_id: isStranger ? null : String(number),
    stranger_id: isStranger ? `s${number}` : null,
    person_type: type,
    matched: !isStranger,
    score: 0.91,
    threshold: 0.8,
    group_name: "Staff",
    occurred_at: new Date(Date.now() - number * 7 * MINUTE_MS).toISOString(),
    kind: "recorded",
    simulated: false,
    attributes: { age: "youth", gender: "female", glasses: "no", head_pose: 3 },
    pictures: { face: path("face"), scene: path("scene"), reference: path("reference") },
    ...changes,
  };
}

export const BOX = {
  entry_id: "box",
  title: "Main entrance",
  device_id: "boxdevice",
  connected: true,
  pictures: true,
};

export const DOORS = ["Front door", "大门", "Garage"].map((name, number) => ({
  device_id: `door${number}`,
  name,
  entry_id: "box",
  area_id: null,
}));

export const SITE = { device_id: "site", name: "Office", door_ids: ["door0", "door1", "door2"] };

/** Return what the frontend knows of the site, with so many inside. */
export function siteOf(count) {
  const id = "sensor.inside";
  const entity = { entity_id: id, platform: "se_aibox", device_id: "site" };
  return {
    entities: { [id]: { ...entity, translation_key: "people_inside" } },
    states: { [id]: { entity_id: id, state: String(count), attributes: {} } },
  };
}

/** Return somebody inside, by the number of their row. */
export function insiderOf(number, changes = {}) {
  const { entry_id, identity_id, name, person_type, occurred_at } = rowOf(number);
  return {
    entry_id,
    identity_id,
    identity_name: name,
    person_type,
    followed_device_ids: [],
    inside_since: occurred_at,
    last_seen: occurred_at,
    ...changes,
  };
}

/** Put a card on the page that shows who is inside. */
export function addInside({ count, numbers, others = [], ...inside }) {
  const people = [...numbers.map((number) => insiderOf(number)), ...others];
  return addCard({
    count,
    config: { mode: "inside", device_ids: ["site"] },
    sites: [SITE],
    inside: { people, up_to_date: true, ...inside },
    hass: siteOf(people.length),
  });
}

/** Return a roll call of so many people, the first ones accounted for. */
export function rollCallOf(count, accounted = 0, changes = {}) {
  const now = new Date().toISOString();
  const people = Array.from({ length: count }, (_, number) => {
    const { name, person_type: type, place, occurred_at, pictures } = rowOf(number * 6);
    return {
      uid: `uid${number}`,
      name,
      type,
      place,
      inside_since: occurred_at,
      last_seen: occurred_at,
      accounted_at: number < accounted ? now : null,
      face: pictures.face,
    };
  });
  return { started_at: now, may_check: true, people, ...changes };
}

/** Put a card on the page that shows a roll call. */
export function addRollCall(rollCall, { hidden = false, ...options } = {}) {
  const id = "todo.roll_call_of_any_name";
  const entity = { entity_id: id, platform: "se_aibox", device_id: "site", hidden };
  return addCard({
    config: { mode: "roll_call", device_ids: ["site"] },
    sites: [SITE],
    hass: { entities: { [id]: { ...entity, translation_key: "roll_call" } } },
    rollCall,
    ...options,
  });
}

/** Put a card on the page; return it with what it is fed by. */
export function addCard({ count = 0, config = {}, language = window.language, hass = {}, ...rest }) {
  const rows = Array.from({ length: count }, (_, number) => rowOf(number));
  const boxes = new FakeBoxes({ rows, boxes: [BOX], doors: DOORS, ...rest });
  const card = document.createElement("se-aibox-faces-card");
  card.config = { type: "custom:se-aibox-faces", ...config };
  const made = hassOf(boxes, language, hass);
  card.hass = made;
  const place = document.createElement("div");
  place.className = "place";
  place.append(card);
  document.body.append(place);
  return { card, boxes, hass: made, root: card.shadowRoot };
}
