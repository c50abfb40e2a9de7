// Who came last, and whether a screen may suggest that they are still there.

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { FakeHass, load } from "./house.mjs";

const { inOrder, isAfter, isFresh, lastPerson, latestByDoor, latestOf } =
  await load("latest");

const NOW = Date.parse("2026-11-30T12:00:00Z");
const MINUTE = 60_000;
mock.timers.enable({ apis: ["Date"], now: NOW });

function row(minutesAgo, others = {}) {
  return {
    key: `entry/${minutesAgo}`,
    recognition_id: `id ${minutesAgo}`,
    device_id: "Front door",
    kind: "live",
    at: NOW - minutesAgo * MINUTE,
    ...others,
  };
}

const house = () => new FakeHass().box("box").door("Front door", "box");

test("a recovered recognition is never the large one", () => {
  const recovered = row(1, { kind: "recovered" });
  const live = row(5);

  assert.equal(latestOf([recovered, live]), live);
  assert.equal(latestOf([recovered]), undefined);
});

test("what the history says before anybody came live is the large one", () => {
  const recorded = row(5, { kind: "recorded" });

  assert.equal(latestOf([recorded]), recorded);
});

test("a live face is fresh until half an hour has passed", () => {
  assert.ok(isFresh(house(), row(0)));
  assert.ok(isFresh(house(), row(29)));
  assert.ok(!isFresh(house(), row(30)));
});

test("the time after which a face is old is an option", () => {
  assert.ok(!isFresh(house(), row(6), 5));
  assert.ok(isFresh(house(), row(45), 60));
});

test("a recovered or recorded face is never fresh", () => {
  for (const kind of ["recovered", "recorded"]) {
    assert.ok(!isFresh(house(), row(0, { kind })));
  }
});

test("a face that came live before the page was loaded is fresh", () => {
  const hass = house();
  const { entity_id: id } = hass.find("Front door", "event.recognition");
  hass.states[id].attributes.recognition_id = "id 3";

  assert.ok(isFresh(hass, row(3, { kind: "recorded" })));
  assert.ok(!isFresh(hass, row(4, { kind: "recorded" })));
});

test("each door has its newest recognition", () => {
  const newest = row(1);
  const other = row(3, { device_id: "Gate" });
  const rows = [newest, row(2), other, row(3)];

  const found = latestByDoor(rows, 2);

  assert.equal(found.get("Front door"), newest);
  assert.equal(found.get("Gate"), other);
});

test("entities say who came last where the list does not go back far enough", () => {
  const hass = house().device("Gate", ["event.recognition", "sensor.last_person"]);
  const event = hass.states[hass.find("Gate", "event.recognition").entity_id];
  const person = hass.states[hass.find("Gate", "sensor.last_person").entity_id];
  assert.equal(lastPerson(hass, "Gate"), undefined);

  event.state = "2026-11-01T08:00:00+00:00";
  event.attributes.event_type = "employee";
  event.attributes.recognition_id = "id 9";
  person.state = "Tom";
  person.attributes.entity_picture = "/api/se_aibox/picture/x";

  assert.deepEqual(lastPerson(hass, "Gate"), {
    at: Date.parse(event.state),
    id: "id 9",
    name: "Tom",
    type: "employee",
    path: "/api/se_aibox/picture/x",
    isFresh: false,
  });
  // This door has no such sensor.
  assert.equal(lastPerson(hass, "Front door"), undefined);
});

test("a face that was delivered late is the same face", () => {
  const seen = row(5);

  assert.ok(!isAfter({ at: seen.at + 3_000, id: seen.recognition_id }, seen));
  assert.ok(!isAfter({ at: seen.at - 3_000, id: "another" }, seen));
  assert.ok(isAfter({ at: seen.at + 3_000, id: "another" }, seen));
  assert.ok(isAfter({ at: seen.at, id: "another" }));
});

test("doors are in order of who came last, then by name", () => {
  const doors = ["Gate 10", "Gate 9", "Front door", "Garage"].map((name) => ({
    device_id: name,
    name,
  }));
  const last = new Map([
    ["Garage", { at: 1 }],
    ["Front door", { at: 2 }],
  ]);

  assert.deepEqual(
    inOrder(house(), doors, last).map(({ name }) => name),
    ["Front door", "Garage", "Gate 9", "Gate 10"],
  );
});
