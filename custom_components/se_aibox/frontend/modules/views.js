// The views of the dashboard, made of what a user may see.

/** @import { Config, Hass, HouseBox, HouseDevice, Options, Plan, Texts } from "./types" */
/** @import { ViewName, ViewPlan } from "./types" */
import { findHouse, hasBox } from "./registry.js";

/** @type {Readonly<Record<ViewName, ViewPlan>>} */
const VIEWS = {
  now: { icon: "mdi:account-eye", make: (plan) => faces(plan, "now") },
  doors: { icon: "mdi:door", make: (plan) => faces(plan, "doors") },
  sites: { icon: "mdi:home-group", make: sites },
  people: { icon: "mdi:account-group", make: people },
  boxes: { icon: "mdi:chip", make: boxes },
};
export const VIEW_NAMES = /** @type {ViewName[]} */ (Object.keys(VIEWS));

const CARD = "custom:se-aibox-faces";
const COLUMNS = 3;
// More bars beside each other are hard to tell apart.
const MOST_BARS = 10;
const HEALTH = [
  "core_temperature",
  "board_temperature",
  "cpu_usage",
  "tpu_usage",
  "memory_usage",
  "storage_usage",
  "fan_speed",
  "last_boot",
];
const HALF = { grid_options: { columns: 6 } };
const WIDE = { grid_options: { columns: 12 } };

/**
 * @param {Hass} hass
 * @param {Options} options
 * @param {Texts} texts
 * @returns {Config[]}
 */
export function makeViews(hass, options, texts) {
  const house = findHouse(hass, options);
  const plan = { hass, house, options, texts };
  const wanted = options.views?.filter((name) => name in VIEWS) ?? [];
  const usual = VIEW_NAMES.filter((name) => name !== "sites" || house.sites.length);
  const names = wanted.length ? wanted : usual;
  return (house.boxes.length ? names : ["now"]).map((name) => {
    const { icon, make } = VIEWS[/** @type {ViewName} */ (name)];
    const made = house.boxes.length ? make(plan) : nothing(plan);
    return { title: texts(`dashboard.view_${name}`), path: name, icon, ...made };
  });
}

/** @param {Plan} plan */
function nothing({ hass, texts }) {
  if (!hass.user?.is_admin) return message(texts, "not_allowed", "mdi:eye-off-outline");
  return hasBox(hass)
    ? message(texts, "no_match", "mdi:filter-off-outline")
    : message(texts, "no_box", "mdi:face-recognition", "dashboard/add?domain=se_aibox");
}

/**
 * @param {Texts} texts
 * @param {string} reason
 * @param {string} icon
 * @param {string | false} [page] Of the integrations.
 */
function message(texts, reason, icon, page) {
  const tap_action = {
    action: "navigate",
    navigation_path: `/config/integrations/${page}`,
  };
  const card = {
    type: "empty-state",
    icon,
    title: texts(`dashboard.empty_${reason}_title`),
    content: texts(`dashboard.empty_${reason}`),
    buttons: page ? [{ text: texts(`dashboard.empty_${reason}_button`), tap_action }] : [],
    content_only: true,
  };
  return { type: "panel", cards: [card] };
}

/**
 * @param {Plan} plan
 * @param {"now" | "doors"} mode
 */
function faces({ house, options, texts }, mode) {
  const doors = house.boxes.flatMap((box) => box.doors);
  if (!doors.length) return message(texts, "no_door", "mdi:door");
  const { areas, columns, entry_ids } = options;
  const card = {
    type: CARD,
    mode,
    // When a device comes to an area, the dashboard is made anew.
    ...(areas?.length && { device_ids: doors.map(({ id }) => id) }),
    ...(entry_ids?.length && { entry_ids }),
    ...(columns && { columns }),
  };
  return { type: "panel", cards: [card] };
}

/** @param {Plan} plan */
function sites(plan) {
  const { house, texts } = plan;
  return house.sites.length
    ? sections(plan, house.sites.map((site) => siteSection(texts, site)))
    : none(plan, "no_site", "mdi:home-group");
}

/**
 * @param {Texts} texts
 * @param {HouseDevice} site
 */
function siteSection(texts, { entities, id, name }) {
  const inside = entities["sensor.people_inside"];
  const card = (/** @type {string} */ mode) => ({ ...WIDE, type: CARD, mode, device_ids: [id] });
  return section(name, "mdi:home-group", [
    tile(inside, { ...HALF, name: texts("dashboard.at_least_inside") }),
    tile(entities["event.passage"], HALF),
    startButton(texts, entities["button.roll_call"]),
    tile(entities["sensor.unaccounted_for"], WIDE),
    entities["todo.roll_call"] && card("roll_call"),
    inside && card("inside"),
    inside && { ...WIDE, type: "history-graph", entities: [inside], hours_to_show: 24 },
  ]);
}

/**
 * @param {Texts} texts
 * @param {string | undefined} entity
 */
function startButton(texts, entity) {
  return (
    entity && {
      type: "button",
      entity,
      name: texts("dashboard.start_roll_call"),
      grid_options: { columns: 12, rows: 2 },
      tap_action: {
        action: "perform-action",
        perform_action: "button.press",
        target: { entity_id: entity },
        confirmation: { text: texts("dashboard.roll_call_question") },
      },
    }
  );
}

/** @param {Plan} plan */
function people(plan) {
  const { house, texts } = plan;
  return house.people.length
    ? sections(plan, house.people.map((person) => personSection(texts, person)))
    : none(plan, "no_people", "mdi:account-group");
}

/**
 * An administrator can change that there are none.
 *
 * @param {Plan} plan
 * @param {string} reason
 * @param {string} icon
 */
function none({ hass, texts }, reason, icon) {
  return message(texts, reason, icon, hass.user?.is_admin && "integration/se_aibox");
}

/**
 * @param {Texts} texts
 * @param {HouseDevice} person
 */
function personSection(texts, { entities, name }) {
  const face = entities["image.face"];
  const beside = { show_entity_picture: false, grid_options: { columns: face ? 7 : 12 } };
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
    tile(entities["sensor.last_location"], { ...beside, icon: "mdi:map-marker" }),
    tile(entities["event.recognition"], {
      ...beside,
      icon: "mdi:clock-outline",
      name: texts("dashboard.last_seen"),
    }),
  ]);
}

/** @param {Plan} plan */
function boxes(plan) {
  return sections(plan, plan.house.boxes.map((box) => boxSection(plan, box)));
}

/**
 * @param {Plan} plan
 * @param {HouseBox} box
 */
function boxSection({ hass, texts }, { doors, entities, name }) {
  const connection = entities["binary_sensor.connection"];
  const toggle = { features: [{ type: "toggle" }], features_position: "inline" };
  const health = HEALTH.map((key) => tile(entities[`sensor.${key}`], HALF));
  return section(
    name,
    "mdi:chip",
    [
      tile(entities["switch.pictures"], { ...WIDE, ...toggle }),
      tile(entities["sensor.pass_mode"], WIDE),
      tile(entities["sensor.enrolled_people"], WIDE),
      ...doors.map(offline),
      health.some(Boolean) && heading(texts("dashboard.health"), "subtitle"),
      ...health,
      ...statistics(hass, texts, doors),
    ],
    connection ? [{ type: "entity", entity: connection }] : [],
  );
}

/**
 * It is in sight only while a capture device is offline.
 *
 * @param {HouseDevice} door
 */
function offline({ entities, name }) {
  const entity = entities["binary_sensor.online"];
  const visibility = [{ condition: "state", entity, state: "off" }];
  return tile(entity, { ...WIDE, name, color: "red", icon: "mdi:cctv-off", visibility });
}

/**
 * @param {Hass} hass
 * @param {Texts} texts
 * @param {readonly HouseDevice[]} doors
 */
function statistics(hass, texts, doors) {
  const counters = doors.flatMap(({ entities, name }) => {
    const entity = entities["sensor.recognitions"];
    return entity ? [{ entity, name }] : [];
  });
  const total = (/** @type {{ entity: string }} */ { entity }) =>
    Number(hass.states[entity]?.state) || 0;
  const busiest = [...counters].sort((a, b) => total(b) - total(a)).slice(0, MOST_BARS);
  if (!busiest.length) return [];
  const title =
    busiest.length < counters.length
      ? texts("dashboard.busiest", { count: MOST_BARS })
      : texts("dashboard.recognitions");
  const graph = {
    ...WIDE,
    type: "statistics-graph",
    entities: counters.filter((counter) => busiest.includes(counter)),
    stat_types: ["change"],
    chart_type: "bar",
    period: "day",
    days_to_show: 7,
  };
  return [heading(title, "subtitle"), graph];
}

/**
 * @param {Plan} plan
 * @param {Config[]} some
 */
function sections({ house, options }, some) {
  const badges = house.boxes.flatMap(({ entities, name }) => {
    const entity = entities["binary_sensor.connection"];
    const visibility = [{ condition: "state", entity, state_not: "on" }];
    const badge = { type: "entity", entity, name, show_name: true, color: "red", visibility };
    return entity ? [badge] : [];
  });
  const max_columns = options.columns ?? COLUMNS;
  return { type: "sections", max_columns, badges, sections: some };
}

/**
 * @param {string} title
 * @param {string} icon
 * @param {(Config | false | undefined | "")[]} cards
 * @param {Config[]} [badges]
 */
function section(title, icon, cards, badges) {
  const first = { ...heading(title, "title"), icon, badges };
  return { type: "grid", cards: [first, ...cards.filter(Boolean)] };
}

/**
 * @param {string} text
 * @param {"title" | "subtitle"} style
 */
function heading(text, style) {
  return { type: "heading", heading: text, heading_style: style };
}

/**
 * @param {string | undefined} entity
 * @param {Config} others
 * @returns {Config | undefined}
 */
function tile(entity, others) {
  // Without a name of its own, a tile repeats the name of the device.
  return entity ? { type: "tile", entity, name: { type: "entity" }, ...others } : undefined;
}
