// When the dashboard is made anew, and what the frontend asks of it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { FakeHass, load } from "./house.mjs";

globalThis.HTMLElement = class {};
const defined = new Map();
globalThis.customElements = {
  get: (tag) => defined.get(tag),
  define: (tag, element) => defined.set(tag, element),
};
const strategy = await load("strategy");

const house = () =>
  new FakeHass().area("hall").box("box").door("Front door", "box").person("Tom");

function regenerates(change, options = {}) {
  const before = house();
  return strategy.shouldRegenerate(options, before, before.changed(change));
}

test("the editor is defined with the module", () => {
  assert.ok(defined.has("se-aibox-strategy-editor"));
});

test("a dashboard is made anew when what it shows has changed", () => {
  for (const change of [
    (hass) => (hass.devices.Tom.name_by_user = "Thomas"),
    (hass) => (hass.find("Tom", "image.face").hidden = true),
    (hass) => hass.door("Back door", "box"),
    (hass) => delete hass.states[hass.find("Tom", "image.face").entity_id],
    (hass) => (hass.language = "zh-Hans"),
  ]) {
    assert.ok(regenerates(change), String(change));
  }
});

test("a dashboard stays when only others have changed", () => {
  for (const change of [
    () => undefined,
    (hass) => hass.entity("light.lamp", { platform: "other" }),
    (hass) => (hass.states["light.lamp"] = { state: "on" }),
    (hass) => (hass.states[hass.find("box", "sensor.cpu_usage").entity_id].state = "5"),
    (hass) => hass.area("garden"),
    // Of one door, the order stays.
    (hass) => (hass.devices["Front door"].area_id = "hall"),
  ]) {
    assert.ok(!regenerates(change), String(change));
  }
});

test("a dashboard of some areas is made anew when a device moves there", () => {
  const move = (hass) => (hass.devices["Front door"].area_id = "hall");

  assert.ok(regenerates(move, { areas: ["hall"] }));
});

test("the dialog of a new dashboard gets a title and an icon", async () => {
  const hass = house();
  const key = "component.se_aibox.config_panel.dashboard.title";
  hass.callWS = async () => ({ resources: { [key]: "Faces" } });

  assert.deepEqual(await strategy.getCreateSuggestions(hass), {
    title: "Faces",
    icon: "mdi:face-recognition",
  });
});

test("a dashboard is generated in the language of the user", async () => {
  const hass = new FakeHass();
  hass.language = "fr";
  const key = "component.se_aibox.config_panel.dashboard.view_now";
  hass.callWS = async ({ language }) => ({ resources: { [key]: `Now in ${language}` } });

  const { views } = await strategy.generateDashboard({}, hass);

  assert.equal(views[0].title, "Now in fr");
});
