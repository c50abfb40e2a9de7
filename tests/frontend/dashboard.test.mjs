// The views that are made of the registries.

import assert from "node:assert/strict";
import { test } from "node:test";

import { FakeHass, load, texts } from "./house.mjs";

const { makeViews } = await load("views");
const { findHouse, placesOf, isAt } = await load("registry");

const FACES = "custom:se-aibox-faces";

/** Yield every value of a key, at any depth. */
function* values(tree, key) {
  if (tree === null || typeof tree !== "object") return;
  for (const [name, value] of Object.entries(tree)) {
    if (name === key && typeof value !== "object") yield value;
    yield* values(value, key);
  }
}

const entitiesIn = (views) => new Set(values(views, "entity"));
const make = (hass, options = {}) => makeViews(hass, options, texts);
const viewOf = (views, path) => views.find((view) => view.path === path);

function simpleHouse() {
  return new FakeHass().box("box").door("Front door", "box").person("Tom");
}

test("all views are made in their order, each with a title and an icon", () => {
  const views = make(simpleHouse());

  assert.deepEqual(views.map(({ path }) => path), ["now", "doors", "people", "boxes"]);
  for (const { title, path, icon } of views) {
    assert.equal(title, `dashboard.view_${path}`);
    assert.match(icon, /^mdi:/);
  }
});

test("chosen views are made in the chosen order, and unknown ones are left out", () => {
  const views = make(simpleHouse(), { views: ["boxes", "nonsense", "now"] });

  assert.deepEqual(views.map(({ path }) => path), ["boxes", "now"]);
});

test("the newest face and the doors are our card, for all boxes", () => {
  const views = make(simpleHouse());

  for (const mode of ["now", "doors"]) {
    const { type, cards } = viewOf(views, mode);
    assert.equal(type, "panel");
    assert.deepEqual(cards, [{ type: FACES, mode }]);
  }
});

test("a person is shown by the face, uncut, the place and the time", () => {
  const hass = simpleHouse();
  const view = viewOf(make(hass), "people");

  const [face] = [...view.sections[0].cards].filter(({ type }) => type === "picture-entity");
  assert.equal(face.entity, hass.find("Tom", "image.face").entity_id);
  assert.equal(face.fit_mode, "contain");
  const shown = entitiesIn(view.sections);
  for (const key of ["sensor.last_location", "event.recognition"]) {
    assert.ok(shown.has(hass.find("Tom", key).entity_id));
  }
});

test("entities with any ids are found, and renamed devices keep their new names", () => {
  const hass = simpleHouse();
  hass.devices.Tom.name_by_user = "Thomas";
  hass.devices["box"].name_by_user = "Main entrance";
  const views = make(hass);

  assert.equal(viewOf(views, "people").sections[0].cards[0].heading, "Thomas");
  assert.equal(viewOf(views, "boxes").sections[0].cards[0].heading, "Main entrance");
});

test("hidden entities are not shown", () => {
  const hass = simpleHouse();
  const hidden = ["image.face", "sensor.last_location"].map((key) => hass.find("Tom", key));
  hidden.push(hass.find("box", "switch.pictures"));
  for (const entity of hidden) entity.hidden = true;

  const shown = entitiesIn(make(hass));

  for (const { entity_id: id } of hidden) assert.ok(!shown.has(id));
  assert.ok(shown.has(hass.find("Tom", "event.recognition").entity_id));
});

test("disabled entities and devices are not shown", () => {
  const hass = simpleHouse().person("Anna", { disabled_by: "user" });
  const { entity_id: id } = hass.find("box", "sensor.cpu_usage");
  // The frontend does not know a disabled entity.
  delete hass.entities[id];
  delete hass.states[id];

  const views = make(hass);

  assert.ok(!entitiesIn(views).has(id));
  assert.equal(viewOf(views, "people").sections.length, 1);
});

test("entities that the user may not read are not there", () => {
  const hass = simpleHouse();
  hass.user.is_admin = false;
  const { entity_id: id } = hass.find("Tom", "image.face");
  delete hass.states[id];

  assert.ok(!entitiesIn(make(hass)).has(id));

  hass.states = {};
  const [view, ...others] = make(hass);
  assert.deepEqual(others, []);
  assert.equal(view.cards[0].content, "dashboard.empty_not_allowed");
  assert.deepEqual(view.cards[0].buttons, []);
});

test("entities of another integration on our devices are not shown", () => {
  const hass = simpleHouse();
  hass.entity("sensor.foreign", {
    device_id: "box",
    platform: "other",
    translation_key: "cpu_usage",
  });

  assert.ok(!entitiesIn(make(hass)).has("sensor.foreign"));
});

test("without a box, a card leads an administrator to adding one", () => {
  const views = make(new FakeHass());

  assert.equal(views.length, 1);
  const [card] = views[0].cards;
  assert.equal(card.content, "dashboard.empty_no_box");
  const { tap_action: action } = card.buttons[0];
  assert.match(action.navigation_path, /\/add\?domain=se_aibox$/);
});

test("a box without capture devices says that there are none", () => {
  const views = make(new FakeHass().box("box"));

  assert.equal(viewOf(views, "now").cards[0].content, "dashboard.empty_no_door");
  assert.equal(viewOf(views, "boxes").sections.length, 1);
});

test("without followed people, a card says how to follow some", () => {
  const hass = new FakeHass().box("box").door("Front door", "box");
  const withButton = viewOf(make(hass), "people").cards[0];
  hass.user.is_admin = false;
  const without = viewOf(make(hass), "people").cards[0];

  assert.equal(withButton.buttons.length, 1);
  assert.equal(without.buttons.length, 0);
});

test("chosen boxes limit the cards and the view of boxes", () => {
  const hass = simpleHouse().box("other").door("Back door", "other");
  const views = make(hass, { entry_ids: ["other entry"] });

  assert.deepEqual(viewOf(views, "now").cards[0].entry_ids, ["other entry"]);
  assert.equal(viewOf(views, "boxes").sections.length, 1);
  assert.equal(viewOf(views, "boxes").sections[0].cards[0].heading, "other");
});

test("chosen areas limit the capture devices", () => {
  const hass = simpleHouse().area("hall").door("Hall door", "box", { area_id: "hall" });
  const views = make(hass, { areas: ["hall"] });

  assert.deepEqual(viewOf(views, "doors").cards[0].device_ids, ["Hall door"]);
  const counters = [...values(viewOf(views, "boxes"), "entity")].filter(
    (id) => id === hass.find("Front door", "sensor.recognitions").entity_id,
  );
  assert.deepEqual(counters, []);
});

test("options that match nothing show nothing, not everything", () => {
  const hass = simpleHouse().area("cellar");

  for (const options of [{ areas: ["cellar"] }, { entry_ids: ["gone"] }]) {
    const views = make(hass, options);
    assert.equal(views.length, 1);
    assert.equal(views[0].cards[0].content, "dashboard.empty_no_match");
  }
});

test("columns reach the views and the card", () => {
  const views = make(simpleHouse(), { columns: 5 });

  assert.equal(viewOf(views, "doors").cards[0].columns, 5);
  assert.equal(viewOf(views, "people").max_columns, 5);
});

test("devices are ordered by floor, area and name as the user has them", () => {
  const hass = new FakeHass()
    .floor("upper")
    .floor("ground")
    .area("kitchen", "ground")
    .area("office", "upper")
    .box("box");
  hass.door("b", "box", { area_id: "kitchen" });
  hass.door("a", "box", { area_id: "kitchen" });
  hass.door("c", "box", { area_id: "office" });
  hass.door("Gate 10", "box").door("Gate 9", "box");

  const [{ doors }] = findHouse(hass, {}).boxes;

  assert.deepEqual(
    doors.map(({ name }) => name),
    ["c", "a", "b", "Gate 9", "Gate 10"],
  );
});

test("places are floors if there are several, else areas, else none", () => {
  const hass = new FakeHass()
    .floor("upper")
    .floor("ground")
    .area("hall", "ground")
    .area("kitchen", "ground")
    .area("office", "upper")
    .area("garden");
  const ids = (...areas) => placesOf(hass, areas).map(({ id }) => id);

  assert.deepEqual(ids("hall", "office", null), ["upper", "ground"]);
  assert.deepEqual(ids("kitchen", "hall"), ["hall", "kitchen"]);
  assert.deepEqual(ids("hall", null), []);
  assert.deepEqual(ids("gone", null), []);
  assert.ok(isAt(hass, "office", "upper"));
  assert.ok(isAt(hass, "hall", "hall"));
  assert.ok(!isAt(hass, "hall", "upper"));
  assert.ok(!isAt(hass, null, "upper"));
});

test("of 128 capture devices the ten busiest are drawn", () => {
  const hass = new FakeHass().box("box");
  for (let number = 1; number <= 128; number += 1) {
    hass.door(`Door ${number}`, "box");
    const { entity_id: id } = hass.find(`Door ${number}`, "sensor.recognitions");
    hass.states[id].state = String(number);
  }
  const view = viewOf(make(hass), "boxes");

  const graph = view.sections[0].cards.find(({ type }) => type === "statistics-graph");
  assert.deepEqual(
    graph.entities.map(({ name }) => name),
    [119, 120, 121, 122, 123, 124, 125, 126, 127, 128].map((number) => `Door ${number}`),
  );
  const headings = [...values(view, "heading")];
  assert.ok(headings.includes('dashboard.busiest {"count":10}'));
  // A card that shows them all is one card.
  assert.equal(viewOf(make(hass), "doors").cards.length, 1);
});

test("a lost connection is a badge that is in sight only while it is lost", () => {
  const hass = simpleHouse();
  const [badge] = viewOf(make(hass), "people").badges;
  const { entity_id: entity } = hass.find("box", "binary_sensor.connection");

  assert.equal(badge.entity, entity);
  assert.deepEqual(badge.visibility, [{ condition: "state", entity, state_not: "on" }]);
});

test("a capture device that is offline gets a tile that is in sight only then", () => {
  const hass = new FakeHass().box("box");
  hass.device("Gate", ["binary_sensor.online"], { via_device_id: "box" });
  const { entity_id: entity } = hass.find("Gate", "binary_sensor.online");
  const view = viewOf(make(hass), "boxes");

  const [tile] = view.sections[0].cards.filter((card) => card.entity === entity);
  assert.equal(tile.name, "Gate");
  assert.deepEqual(tile.visibility, [{ condition: "state", entity, state: "off" }]);
});

test("a site is not taken for a capture device", () => {
  const hass = simpleHouse().site("Campus", { via_device_id: "box" });

  assert.equal(findHouse(hass, {}).boxes[0].doors.length, 1);
});

test("there is a view of sites, before that of people, only where there are sites", () => {
  const paths = (hass, options) => make(hass, options).map(({ path }) => path);

  assert.ok(!paths(simpleHouse()).includes("sites"));
  const hass = simpleHouse().site("Campus");
  assert.deepEqual(paths(hass), ["now", "doors", "sites", "people", "boxes"]);
  assert.deepEqual(paths(hass, { views: ["sites"] }), ["sites"]);
});

test("a chosen view of sites without a site says how to add one", () => {
  const hass = simpleHouse();
  const [{ cards: [card] }] = make(hass, { views: ["sites"] });

  assert.equal(card.content, "dashboard.empty_no_site");
  assert.equal(card.buttons.length, 1);
  hass.user.is_admin = false;
  assert.equal(make(hass, { views: ["sites"] })[0].cards[0].buttons.length, 0);
});

test("a site is shown by the count, who is inside, and a graph of the count", () => {
  const hass = simpleHouse().site("Office").site("Campus");
  const { sections } = viewOf(make(hass), "sites");

  assert.deepEqual(sections.map(({ cards: [{ heading }] }) => heading), ["Campus", "Office"]);
  const { cards } = sections[0];
  const { entity_id: inside } = hass.find("Campus", "sensor.people_inside");
  const cardOf = (wanted) => cards.find(({ type }) => type === wanted);
  assert.equal(cardOf("tile").entity, inside);
  assert.equal(cardOf("tile").name, "dashboard.at_least_inside");
  assert.deepEqual(cardOf(FACES).device_ids, ["Campus"]);
  assert.equal(cardOf(FACES).mode, "inside");
  assert.deepEqual(cardOf("history-graph").entities, [inside]);
});

test("a site whose count is hidden shows neither who is inside nor a graph", () => {
  const hass = simpleHouse().site("Campus");
  hass.find("Campus", "sensor.people_inside").hidden = true;
  const [{ cards }] = viewOf(make(hass), "sites").sections;

  assert.deepEqual(cards.map(({ type }) => type), ["heading", "tile"]);
  assert.equal(cards[1].entity, hass.find("Campus", "event.passage").entity_id);
});

const ROLL_CALL = ["button.roll_call", "sensor.unaccounted_for", "todo.roll_call"];

function houseWithRollCall() {
  const hass = simpleHouse().site("Campus");
  for (const key of ROLL_CALL) {
    const [domain, translationKey] = key.split(".");
    const id = `${domain}.any`;
    hass.entity(id, { device_id: "Campus", translation_key: translationKey });
  }
  return hass;
}

test("a roll call is started by a large button that asks, counted, and listed", () => {
  const hass = houseWithRollCall();
  const [{ cards }] = viewOf(make(hass), "sites").sections;

  const button = cards.find(({ type }) => type === "button");
  assert.equal(button.entity, "button.any");
  assert.equal(button.grid_options.columns, 12);
  assert.deepEqual(button.tap_action, {
    action: "perform-action",
    perform_action: "button.press",
    target: { entity_id: "button.any" },
    confirmation: { text: "dashboard.roll_call_question" },
  });
  assert.ok(cards.some((card) => card.type === "tile" && card.entity === "sensor.any"));
  const list = cards.find(({ mode }) => mode === "roll_call");
  assert.equal(list.type, FACES);
  assert.deepEqual(list.device_ids, ["Campus"]);
  // In an alarm, nobody scrolls past those inside.
  assert.ok(cards.indexOf(list) < cards.findIndex(({ mode }) => mode === "inside"));
});

for (const [how, remove] of [
  ["hidden", (hass, { entity_id: id }) => (hass.entities[id].hidden = true)],
  ["not to be read", (hass, { entity_id: id }) => delete hass.states[id]],
]) {
  test(`what is ${how} of a roll call is not shown`, () => {
    const shown = ({ type, mode }) => mode ?? type;
    const all = viewOf(make(houseWithRollCall()), "sites").sections[0].cards.map(shown);
    for (const [key, type] of [
      [ROLL_CALL[0], "button"],
      [ROLL_CALL[1], "tile"],
      [ROLL_CALL[2], "roll_call"],
    ]) {
      const hass = houseWithRollCall();
      remove(hass, hass.find("Campus", key));
      const left = viewOf(make(hass), "sites").sections[0].cards.map(shown);
      const expected = [...all];
      expected.splice(expected.lastIndexOf(type), 1);
      assert.deepEqual(left, expected);
    }
  });
}

test("a site that is disabled, hidden or not to be read has no view", () => {
  for (const remove of [
    (hass) => (hass.devices.Campus.disabled_by = "user"),
    (hass, entities) => entities.forEach((entity) => (entity.hidden = true)),
    (hass, entities) => entities.forEach(({ entity_id: id }) => delete hass.states[id]),
  ]) {
    const hass = simpleHouse().site("Campus");
    const entities = Object.values(hass.entities);
    remove(hass, entities.filter(({ device_id: id }) => id === "Campus"));
    assert.equal(viewOf(make(hass), "sites"), undefined, String(remove));
  }
});
