// Texts and times in the user's language.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as texts from "../../custom_components/se_aibox/frontend/modules/texts.js";

const PREFIX = "component.se_aibox.config_panel.";

/** @param {Record<string, unknown>} [locale] */
function hassWith(locale = {}, config = { time_zone: "Asia/Shanghai" }) {
  return {
    language: "en",
    locale: { language: "en", time_format: "24", time_zone: "server", ...locale },
    config,
  };
}

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
    ...hassWith(),
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

const EVENING = new Date("2026-11-30T17:05:09Z");
const NIGHT = new Date("2026-11-30T16:05:00Z");

test("time of day is in the time zone of Home Assistant", () => {
  assert.equal(texts.timeOfDay(hassWith(), EVENING), "01:05");
  assert.equal(texts.timeOfDay(hassWith({}, { time_zone: "UTC" }), EVENING), "17:05");
});

test("time of day has the user's twelve or twenty-four hours", () => {
  const utc = { time_zone: "UTC" };
  assert.match(
    texts.timeOfDay(hassWith({ time_format: "12" }, utc), EVENING),
    /^5:05\sPM$/,
  );
  assert.match(
    texts.timeOfDay(hassWith({ time_format: "language" }, utc), EVENING),
    /^5:05\sPM$/,
  );
  const chinese = { time_format: "language", language: "zh-Hans" };
  assert.equal(texts.timeOfDay(hassWith(chinese, utc), EVENING), "17:05");
});

test("midnight is not hour 24", () => {
  assert.equal(texts.timeOfDay(hassWith(), NIGHT), "00:05");
});

test("time zone of the browser is used where the user wants it", () => {
  assert.equal(texts.timeZone(hassWith({ time_zone: "local" })), undefined);
  assert.equal(texts.timeZone(hassWith()), "Asia/Shanghai");
});

test("day changes at the local midnight", () => {
  assert.equal(texts.dayKey(hassWith(), EVENING), "2026-12-01");
  const before = new Date("2026-11-30T15:59:59Z");
  assert.equal(texts.dayKey(hassWith(), before), "2026-11-30");
  assert.equal(texts.dayName(hassWith(), before, EVENING), "yesterday");
  assert.equal(texts.dayName(hassWith(), NIGHT, EVENING), "today");
  assert.equal(texts.dayName(hassWith({ language: "zh-Hans" }), NIGHT, EVENING), "今天");
  const earlier = new Date("2026-11-20T12:00:00Z");
  assert.equal(texts.dayName(hassWith(), earlier, EVENING), "Friday, November 20");
});

test("day and time has the year and the seconds", () => {
  assert.equal(
    texts.dayAndTime(hassWith(), EVENING),
    "December 1, 2026 at 01:05:09",
  );
});

test("elapsed time has the largest unit that is full", () => {
  const seconds = (/** @type {number} */ ago) =>
    texts.ago(hassWith(), new Date(EVENING.getTime() - ago * 1000), EVENING);
  assert.deepEqual(
    [0, 59, 60, 3_599, 3_600, 86_399, 86_400, 172_800].map(seconds),
    [
      "now",
      "59 seconds ago",
      "1 minute ago",
      "59 minutes ago",
      "1 hour ago",
      "23 hours ago",
      "1 day ago",
      "2 days ago",
    ],
  );
});
