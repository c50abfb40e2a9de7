import assert from "node:assert/strict";
import { test } from "node:test";

import {
  assertConfig,
  filterOf,
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
