// Times as the user reads them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { load } from "./house.mjs";

const { Times } = await load("times");

const EVENING = Date.parse("2026-11-30T17:05:09Z");
const NIGHT = Date.parse("2026-11-30T16:05:00Z");

/** @param {Record<string, unknown>} [locale] */
function timesWith(locale = {}, time_zone = "Asia/Shanghai") {
  return new Times({
    locale: { language: "en", time_format: "24", time_zone: "server", ...locale },
    config: { time_zone },
  });
}

test("time of day is in the time zone of Home Assistant", () => {
  assert.equal(timesWith().clock(EVENING), "01:05");
  assert.equal(timesWith({}, "UTC").clock(EVENING), "17:05");
});

test("time of day has the user's twelve or twenty-four hours", () => {
  const clock = (locale) => timesWith(locale, "UTC").clock(EVENING);
  assert.match(clock({ time_format: "12" }), /^5:05\sPM$/);
  assert.match(clock({ time_format: "language" }), /^5:05\sPM$/);
  assert.equal(clock({ time_format: "language", language: "zh-Hans" }), "17:05");
});

test("midnight is not hour 24", () => {
  assert.equal(timesWith().clock(NIGHT), "00:05");
});

test("time zone of the browser is used where the user wants it", () => {
  const zone = process.env.TZ;
  process.env.TZ = "America/New_York";
  try {
    assert.equal(timesWith({ time_zone: "local" }).clock(EVENING), "12:05");
    assert.equal(timesWith().clock(EVENING), "01:05");
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
});

test("a day begins at the user's midnight", () => {
  const at = Date.parse("2026-11-30T17:00:00Z");
  assert.equal(timesWith({}, "UTC").dayKey(at), "2026-11-30");
  assert.equal(timesWith().dayKey(at), "2026-12-01");
  const kathmandu = timesWith({}, "Asia/Kathmandu");
  assert.equal(kathmandu.dayKey(Date.parse("2026-11-30T18:14:59Z")), "2026-11-30");
  assert.equal(kathmandu.dayKey(Date.parse("2026-11-30T18:15:00Z")), "2026-12-01");
});

test("day changes at the local midnight", () => {
  assert.equal(timesWith().dayKey(EVENING), "2026-12-01");
  const before = Date.parse("2026-11-30T15:59:59Z");
  assert.equal(timesWith().dayKey(before), "2026-11-30");
  assert.equal(timesWith().dayName(before, EVENING), "yesterday");
  assert.equal(timesWith().dayName(NIGHT, EVENING), "today");
  assert.equal(timesWith({ language: "zh-Hans" }).dayName(NIGHT, EVENING), "今天");
  const earlier = Date.parse("2026-11-20T12:00:00Z");
  assert.equal(timesWith().dayName(earlier, EVENING), "Friday, November 20");
});

test("day and time has the year and the seconds", () => {
  assert.equal(timesWith().moment(EVENING), "December 1, 2026 at 01:05:09");
});

test("elapsed time is in full minutes, without seconds, and nothing from an hour on", () => {
  const ago = (seconds) => timesWith().ago(EVENING - seconds * 1000, EVENING);
  assert.deepEqual([-5, 0, 59, 60, 119, 3_599, 3_600].map(ago), [
    "now",
    "now",
    "now",
    "1 minute ago",
    "1 minute ago",
    "59 minutes ago",
    "",
  ]);
});
