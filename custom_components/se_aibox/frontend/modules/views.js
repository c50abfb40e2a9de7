/**
 * The views of the dashboard, made of what a user may see.
 *
 * @import {Hass, Texts} from "./types"
 * @import {Box, Device, House, Limits} from "./registry.js"
 */
import { findHouse, hasBox } from "./registry.js";

/** @typedef {Record<string, any>} Config Of a view, section or card. */
/** @typedef {"now" | "doors" | "people" | "boxes"} ViewName */
/**
 * @typedef {Limits & {columns?: number, views?: ViewName[]}} Options
 * @typedef {{hass: Hass, house: House, options: Options, texts: Texts}} Plan
 * @typedef {{icon: string, make: (plan: Plan) => Config}} View
 */

// More bars beside each other are hard to tell apart.
const MOST_BARS = 10;
const COLUMNS = 3;
const HEALTH = [
  "sensor.core_temperature",
  "sensor.board_temperature",
  "sensor.cpu_usage",
  "sensor.tpu_usage",
  "sensor.memory_usage",
  "sensor.storage_usage",
  "sensor.fan_speed",
  "sensor.last_boot",
];

/** @type {Readonly<Record<ViewName, View>>} In their usual order. */
const VIEWS = {
  now: { icon: "mdi:account-eye", make: (plan) => faces(plan, "now") },
  doors: { icon: "mdi:door", make: (plan) => faces(plan, "doors") },
  // Sites, the devices whose model id is `site`, get their view here.
  people: { icon: "mdi:account-group", make: people },
  boxes: { icon: "mdi:chip", make: boxes },
};

/** The names of all views. */
export const VIEW_NAMES = /** @type {readonly ViewName[]} */ (Object.keys(VIEWS));

/**
 * Return the views of a dashboard.
 *
 * @param {Hass} hass
 * @param {Options} options
 * @param {Texts} texts
 * @returns {Config[]}
 */
export function makeViews(hass, options, texts) {
  const house = findHouse(hass, options);
  const plan = { hass, house, options, texts };
  if (!house.boxes.length) {
    return [{ title: texts("dashboard.now"), path: "now", ...nothing(plan) }];
  }
  const wanted = options.views?.filter((name) => name in VIEWS) ?? [];
  return (wanted.length ? wanted : VIEW_NAMES).map((name) => ({
    title: texts(`dashboard.${name}`),
    path: name,
    icon: VIEWS[name].icon,
    ...VIEWS[name].make(plan),
  }));
}

/** @param {Plan} plan */
function nothing({ hass, texts }) {
  const isAdmin = Boolean(hass.user?.is_admin);
  if (isAdmin && !hasBox(hass)) {
    return message(texts, "no_box", "mdi:face-recognition", [
      button(texts("dashboard.add_box"), "/config/integrations/dashboard/add?domain=se_aibox"),
    ]);
  }
  return message(texts, isAdmin ? "no_match" : "not_allowed", "mdi:eye-off-outline");
}

/**
 * Return a view that says why it is empty.
 *
 * @param {Texts} texts
 * @param {string} reason
 * @param {string} icon
 * @param {Config[]} buttons
 */
function message(texts, reason, icon, buttons = []) {
  const card = {
    type: "empty-state",
    icon,
    title: texts(`dashboard.${reason}_title`),
    content: texts(`dashboard.${reason}`),
    buttons,
    content_only: true,
  };
  return { type: "panel", cards: [card] };
}

/**
 * @param {string} text
 * @param {string} path
 */
function button(text, path) {
  return { text, tap_action: { action: "navigate", navigation_path: path } };
}

/**
 * Return a view of our card.
 *
 * @param {Plan} plan
 * @param {"now" | "doors"} mode
 */
function faces({ house, options, texts }, mode) {
  const doors = house.boxes.flatMap((box) => box.doors);
  if (!doors.length) {
    return message(texts, "no_door", "mdi:door");
  }
  const { entry_ids, areas, columns } = options;
  const card = {
    type: "custom:se-aibox-faces",
    mode,
    // Capture devices in an area come and go; then the dashboard is made anew.
    ...(areas?.length ? { device_ids: doors.map(({ id }) => id) } : {}),
    ...(entry_ids?.length ? { entry_ids } : {}),
    ...(columns ? { columns } : {}),
  };
  return { type: "panel", cards: [card] };
}

/** @param {Plan} plan */
function people(plan) {
  const { hass, house, texts } = plan;
  if (!house.people.length) {
    const path = "/config/integrations/integration/se_aibox";
    const buttons = hass.user?.is_admin ? [button(texts("dashboard.follow"), path)] : [];
    return message(texts, "no_people", "mdi:account-group", buttons);
  }
  return sections(plan, house.people.map((person) => personSection(texts, person)));
}

/**
 * @param {Texts} texts
 * @param {Device} person
 */
function personSection(texts, person) {
  const { entities, name } = person;
  const face = entities["image.face"];
  const beside = face ? { columns: 7 } : { columns: 12 };
  return section(name, "mdi:account", [
    face && {
      type: "picture-entity",
      entity: face,
      show_name: false,
      show_state: false,
      // Nobody's face is cut.
      fit_mode: "contain",
      grid_options: { columns: 5, rows: 3 },
    },
    tile(entities["sensor.last_location"], {
      show_entity_picture: false,
      icon: "mdi:map-marker",
      grid_options: beside,
    }),
    tile(entities["event.recognition"], {
      name: texts("dashboard.last_seen"),
      show_entity_picture: false,
      icon: "mdi:clock-outline",
      grid_options: beside,
    }),
  ]);
}

/** @param {Plan} plan */
function boxes(plan) {
  return sections(plan, plan.house.boxes.map((box) => boxSection(plan, box)));
}

/**
 * @param {Plan} plan
 * @param {Box} box
 */
function boxSection({ hass, texts }, box) {
  const { doors, entities, name } = box;
  const connection = entities["binary_sensor.connection"];
  const half = { grid_options: { columns: 6 } };
  const wide = { grid_options: { columns: 12 } };
  const healthy = HEALTH.map((key) => tile(entities[key], half));
  return section(
    name,
    "mdi:chip",
    [
      tile(entities["switch.pictures"], {
        ...wide,
        features: [{ type: "toggle" }],
        features_position: "inline",
      }),
      tile(entities["sensor.pass_mode"], wide),
      tile(entities["sensor.enrolled_people"], wide),
      ...doors.map((door) => offline(texts, door)),
      healthy.some(Boolean) && subtitle(texts("dashboard.health")),
      ...healthy,
      ...statistics(hass, texts, doors),
    ],
    connection ? [{ type: "entity", entity: connection, show_state: true }] : [],
  );
}

/**
 * Return a tile that is in sight only while a capture device is offline.
 *
 * @param {Texts} texts
 * @param {Device} door
 */
function offline(texts, { entities, name }) {
  const online = entities["binary_sensor.online"];
  return tile(online, {
    name,
    color: "red",
    icon: "mdi:cctv-off",
    grid_options: { columns: 12 },
    visibility: [{ condition: "state", entity: online, state: "off" }],
  });
}

/**
 * Return graphs of how many came to the busiest doors.
 *
 * @param {Hass} hass
 * @param {Texts} texts
 * @param {readonly Device[]} doors
 */
function statistics(hass, texts, doors) {
  const counters = doors
    .filter(({ entities }) => entities["sensor.recognitions"])
    .map(({ entities, name }) => ({ entity: entities["sensor.recognitions"], name }));
  const total = (/** @type {{entity: string}} */ { entity }) =>
    Number(hass.states[entity]?.state) || 0;
  const busiest = [...counters].sort((a, b) => total(b) - total(a)).slice(0, MOST_BARS);
  if (!busiest.length) {
    return [];
  }
  const key = busiest.length < counters.length ? "busiest" : "recognitions";
  const graph = {
    type: "statistics-graph",
    entities: counters.filter((counter) => busiest.includes(counter)),
    stat_types: ["change"],
    chart_type: "bar",
    period: "day",
    days_to_show: 7,
    grid_options: { columns: 12 },
  };
  return [subtitle(texts(`dashboard.${key}`, { count: MOST_BARS })), graph];
}

/**
 * Return a view of sections; a box that is away is said above them.
 *
 * @param {Plan} plan
 * @param {Config[]} some
 */
function sections({ house, options }, some) {
  const badges = house.boxes
    .filter(({ entities }) => entities["binary_sensor.connection"])
    .map(({ entities, name }) => ({
      type: "entity",
      entity: entities["binary_sensor.connection"],
      name,
      show_name: true,
      color: "red",
      visibility: [
        {
          condition: "state",
          entity: entities["binary_sensor.connection"],
          state_not: "on",
        },
      ],
    }));
  const max_columns = options.columns ?? COLUMNS;
  return { type: "sections", max_columns, badges, sections: some };
}

/**
 * @param {string} heading
 * @param {string} icon
 * @param {(Config | false | undefined | "")[]} cards
 * @param {Config[]} badges
 */
function section(heading, icon, cards, badges = []) {
  const title = { type: "heading", heading, heading_style: "title", icon, badges };
  return { type: "grid", cards: [title, ...cards.filter(Boolean)] };
}

/** @param {string} heading */
function subtitle(heading) {
  return { type: "heading", heading, heading_style: "subtitle" };
}

/**
 * Return a tile if there is such an entity.
 *
 * @param {string | undefined} entity
 * @param {Config} others
 * @returns {Config | undefined}
 */
function tile(entity, others) {
  // Without a name of its own, a tile repeats the name of the device.
  return entity ? { type: "tile", entity, name: { type: "entity" }, ...others } : undefined;
}
