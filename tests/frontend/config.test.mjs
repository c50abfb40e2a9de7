import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import {
  assertConfig,
  doorsOf,
  filterOf,
  isAboutPeople,
} from "../../custom_components/se_aibox/frontend/modules/config.js";

const WRONG = {
  mode: { mode: "wall" },
  entry_ids: { entry_ids: "abc" },
  device_ids: { device_ids: [1] },
  person_types: { person_types: ["employee", "ghost"] },
  person: { person: 10010804 },
  title: { title: ["Faces"] },
  columns: { columns: 2.5 },
};

for (const [option, config] of Object.entries(WRONG)) {
  test(`a wrong ${option} is refused in words that name it`, () => {
    assert.throws(() => assertConfig(config), { message: new RegExp(`"${option}"`) });
  });
}

test("a card without options is right, and so is one with all of them", () => {
  assertConfig({ type: "custom:se-aibox-faces" });
  assertConfig({
    type: "custom:se-aibox-faces",
    mode: "now",
    entry_ids: ["a"],
    device_ids: ["b"],
    person_types: ["vip"],
    person: "Tom",
    title: "Doors",
    columns: 3,
    show_score: true,
  });
});

test("what the user chose narrows the filter of the card", () => {
  const config = { type: "x", title: "x", entry_ids: ["a"], person_types: [] };
  const chosen = { device_ids: ["door"], person: "Tom" };
  assert.deepEqual(filterOf(config, chosen), {
    entry_ids: ["a"],
    device_ids: ["door"],
    person: "Tom",
  });
});

const FEED = {
  boxes: [
    { entry_id: "a", device_id: "box a" },
    { entry_id: "b", device_id: "box b" },
  ],
  doors: [
    { entry_id: "a", device_id: "front" },
    { entry_id: "a", device_id: "back" },
    { entry_id: "b", device_id: "gate" },
  ],
  people: [{ device_id: "tom" }],
  sites: [{ device_id: "campus", door_ids: ["back", "gate"] }],
};

for (const [what, config, doors] of [
  ["without a filter", {}, "front back gate"],
  ["with empty lists", { entry_ids: [], device_ids: [] }, "front back gate"],
  ["of an entry", { entry_ids: ["b"] }, "gate"],
  ["of a door", { device_ids: ["back"] }, "back"],
  ["of a box", { device_ids: ["box a"] }, "front back"],
  ["of a box and a door", { device_ids: ["box b", "back"] }, "back gate"],
  ["of a site", { device_ids: ["campus"] }, "back gate"],
  ["of a person", { device_ids: ["tom"] }, "front back gate"],
  ["of a person and an entry", { device_ids: ["tom"], entry_ids: ["b"] }, "gate"],
]) {
  test(`a card ${what} shows the doors ${doors}`, () => {
    const found = doorsOf(config, FEED).map(({ device_id: id }) => id);
    assert.equal(found.join(" "), doors);
  });
}

test("a card that names a followed person is about people", () => {
  assert.equal(isAboutPeople({ device_ids: ["tom", "back"] }, FEED), true);
  assert.equal(isAboutPeople({ device_ids: ["back"] }, FEED), false);
  assert.equal(isAboutPeople({}, FEED), false);
});

test("the cards in the document are right", () => {
  const document = new URL("../../docs/dashboard.md", import.meta.url);
  const blocks = readFileSync(document, "utf8").matchAll(/^```yaml\n(.*?)^```/gms);
  const cards = [...blocks].map(([, yaml]) =>
    Object.fromEntries(yaml.trim().split("\n").map(option)),
  );
  assert.ok(cards.length);
  for (const card of cards) {
    assert.equal(card.type, "custom:se-aibox-faces");
    assertConfig(card);
  }
});

/** Read a line of YAML that has a text or a number. */
function option(/** @type {string} */ line) {
  const [, key, value] = /** @type {string[]} */ (line.match(/^(\w+): (.+)$/));
  return [key, Number.isNaN(Number(value)) ? value : Number(value)];
}
