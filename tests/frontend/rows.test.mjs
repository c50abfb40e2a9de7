import assert from "node:assert/strict";
import { test } from "node:test";

import {
  HEADER,
  LINE,
  MOST_ROWS,
  Rows,
  inSight,
  layOut,
  stepLines,
  withoutNew,
} from "../../custom_components/se_aibox/frontend/modules/rows.js";

const START = Date.parse("2026-11-30T00:00:00Z");
const HOUR = 3_600_000;

/**
 * @param {string} key
 * @param {number} hours before the start
 * @param {object} [changes]
 */
const row = (key, hours, changes = {}) => ({
  key,
  occurred_at: new Date(START - hours * HOUR).toISOString(),
  kind: "recorded",
  ...changes,
});
const keys = (list) => list.map(({ key }) => key).join("");
const rowsOf = (...rows) => {
  const made = new Rows();
  made.add(rows);
  return made;
};
const many = (count) => Array.from({ length: count }, (_, at) => ({ key: `${at}`, at }));

test("rows in any order are listed newest first", () => {
  assert.equal(keys(rowsOf(row("b", 2), row("a", 1), row("c", 3)).list), "abc");
});

test("rows of one key are listed once, and keep their place", () => {
  const rows = rowsOf(row("a", 1), row("b", 2));
  rows.add([row("b", 0, { name: "Tom" })]);
  assert.equal(keys(rows.list), "ab");
  assert.equal(rows.get("b").name, "Tom");
});

test("a live row stays live when the history has it, too", () => {
  const rows = rowsOf(row("a", 1, { kind: "live" }));
  rows.add([row("a", 1)]);
  assert.equal(rows.get("a").kind, "live");
});

test("a change makes another list", () => {
  const rows = rowsOf(row("a", 1));
  const before = rows.list;
  rows.add([row("b", 2)]);
  assert.notEqual(rows.list, before);
  assert.equal(keys(before), "a");
});

test("of too many rows the oldest go", () => {
  const rows = new Rows();
  rows.add(Array.from({ length: MOST_ROWS }, (_, at) => row(`r${at}`, at)));
  rows.add([row("new", -1)]);
  assert.equal(rows.list.length, MOST_ROWS);
  assert.equal(rows.list[0].key, "new");
  assert.equal(rows.get(`r${MOST_ROWS - 1}`), undefined);
});

test("a time that cannot be read is the oldest", () => {
  assert.equal(keys(rowsOf({ key: "x", occurred_at: "soon" }, row("a", 1)).list), "ax");
});

test("while somebody reads below, new rows wait and older ones come", () => {
  const rows = rowsOf(row("b", 2), row("d", 4));
  const shown = rows.list;
  rows.add([row("a", 1), row("c", 3), row("e", 5)]);
  assert.equal(keys(withoutNew(rows.list, shown)), "bde");
});

test("the rows of a day fill lines below its header", () => {
  const list = [5, 4, 3, 2, 1].map((at) => ({ key: `${at}`, at }));
  const lines = layOut(list, 2, (at) => (at > 2 ? "today" : "yesterday"));
  assert.deepEqual(
    lines.map(({ day, first, end, top }) => [day.day, first, end, top]),
    [
      ["today", 0, 2, HEADER],
      ["today", 2, 3, HEADER + LINE],
      ["yesterday", 3, 5, 2 * HEADER + 2 * LINE],
    ],
  );
  const [{ day: today }, , { day: yesterday }] = lines;
  assert.equal(today.height, HEADER + 2 * LINE);
  assert.deepEqual([yesterday.first, yesterday.end], [3, 5]);
  assert.equal(yesterday.top, today.height);
});

test("no rows make no lines", () => {
  assert.deepEqual(layOut([], 3, String), []);
});

test("only lines in sight are rendered, and never too many", () => {
  const lines = layOut(many(10_000), 1, () => "today");
  const from = HEADER + 100 * LINE;
  const found = inSight(lines, 1, from, from + 2 * LINE);
  assert.deepEqual(
    found.map(({ first }) => first),
    [100, 101],
  );
  assert.ok(inSight(lines, 1, 0, Infinity).length <= 200);
  const wide = layOut(many(10_000), 8, () => "today");
  assert.ok(8 * inSight(wide, 8, 0, Infinity).length <= 200);
});

test("arrow keys go from line to line, and stay in their column", () => {
  const lines = layOut(many(7), 3, (at) => (at < 4 ? "today" : "yesterday"));
  // Lines: 0 1 2 / 3 / 4 5 6
  assert.equal(stepLines(lines, 0, 1), 3);
  assert.equal(stepLines(lines, 2, 1), 3);
  assert.equal(stepLines(lines, 3, 1), 4);
  assert.equal(stepLines(lines, 6, -1), 3);
  assert.equal(stepLines(lines, 1, -1), 1);
  assert.equal(stepLines(lines, 5, 9), 5);
});
