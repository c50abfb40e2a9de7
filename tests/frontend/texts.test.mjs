// Texts in the user's language.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as texts from "../../custom_components/se_aibox/frontend/modules/texts.js";

const PREFIX = "component.se_aibox.config_panel.";

/** @param {Record<string, string>} words */
function english(words) {
  const resources = Object.entries(words).map(([key, text]) => [PREFIX + key, text]);
  return texts.textsOf(Object.fromEntries(resources), "en");
}

test("placeholder is replaced by the value as it is", () => {
  const text = english({ "card.at": "{name} at {place}, {name}" });
  assert.equal(
    text("card.at", { name: "{place} $& <b>", place: "Door" }),
    "{place} $& <b> at Door, {place} $& <b>",
  );
});

test("placeholder without a value stays, whatever objects inherit", () => {
  const text = english({ "card.at": "{name} {constructor}" });
  assert.equal(text("card.at"), "{name} {constructor}");
});

test("missing text is its key", () => {
  assert.equal(english({})("card.nothing"), "card.nothing");
});

test("count chooses the form of its language", () => {
  const words = { "card.today_one": "One today", "card.today_other": "{count} today" };
  const text = english(words);
  assert.equal(text("card.today", { count: 1 }), "One today");
  assert.equal(text("card.today", { count: 0 }), "0 today");
  const resources = Object.fromEntries(
    Object.entries(words).map(([key, form]) => [PREFIX + key, form]),
  );
  assert.equal(texts.textsOf(resources, "zh-Hans")("card.today", { count: 1 }), "1 today");
});

test("count fills a text that has one form only", () => {
  assert.equal(english({ "card.seen": "{count} ×" })("card.seen", { count: 1 }), "1 ×");
});

test("texts are asked for once per language, and again after a failure", async () => {
  const asked = [];
  let fails = true;
  const hass = {
    language: "zh-Hans",
    /** @param {{ language: string }} message */
    async callWS(message) {
      asked.push(message);
      if (fails) throw new Error("disconnected");
      return { resources: { [`${PREFIX}card.title`]: "人脸" } };
    },
  };
  await assert.rejects(texts.loadTexts(hass));
  fails = false;
  const [first, second] = await Promise.all([
    texts.loadTexts(hass),
    texts.loadTexts(hass),
  ]);
  assert.equal(first, second);
  assert.equal(first("card.title"), "人脸");
  assert.equal(asked.length, 2);
  assert.deepEqual(asked[1], {
    type: "frontend/get_translations",
    language: "zh-Hans",
    category: "config_panel",
    integration: ["se_aibox"],
  });
});
