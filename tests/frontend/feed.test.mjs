import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

globalThis.window = globalThis;
globalThis.devicePixelRatio = 2;
const { Feed } = await import(
  "../../custom_components/se_aibox/frontend/modules/feed.js"
);

const BOX = { entry_id: "box", title: "Box", connected: true, pictures: true };
const STATE = { type: "state", today: 1, boxes: [BOX], doors: [], people: [], sites: [] };
const row = (key, minute, changes = {}) => ({
  key,
  entry_id: "box",
  occurred_at: `2026-11-30T10:${minute}:00Z`,
  kind: "recorded",
  pictures: {},
  ...changes,
});
const REFUSAL = Object.assign(new Error("Unknown."), { code: "unknown_command" });
const settled = () => new Promise(setImmediate);

/** Home Assistant with one subscription at a time. */
class Home {
  pages = [];
  asked = [];
  tell = null;
  freed = 0;
  refusing = false;
  listeners = new Set();
  hass = {
    hassUrl: (path) => `https://home${path}`,
    connection: {
      addEventListener: (_, listener) => this.listeners.add(listener),
      removeEventListener: (_, listener) => this.listeners.delete(listener),
      subscribeMessage: async (tell) => {
        if (this.refusing) return Promise.reject(REFUSAL);
        this.tell = tell;
        tell(STATE);
        return () => {
          this.freed += 1;
        };
      },
    },
    callWS: async (message) => {
      this.asked.push(message);
      const page = this.pages.shift();
      if (page instanceof Error) throw page;
      return { before: null, silent: [], recognitions: [], ...(await page) };
    },
  };

  reconnect() {
    this.listeners.forEach((listener) => listener());
  }
}

let home;
let feed;
const keys = () => feed.rows.map(({ key }) => key).join("");
beforeEach(() => {
  home = new Home();
  feed = new Feed(home.hass, { person: "Tom" }, () => {});
});

afterEach(() => feed.stop());

test("a feed begins with its state and the newest page", async () => {
  home.pages = [{ recognitions: [row("a", 10)], before: "1" }];
  feed.start();
  assert.equal(feed.isKnown, false);
  await settled();
  assert.equal(feed.isKnown, true);
  assert.equal(keys(), "a");
  assert.equal(feed.today, 1);
  assert.deepEqual(home.asked, [
    { type: "se_aibox/recognitions/list", filter: { person: "Tom" }, limit: 50 },
  ]);
});

test("older pages come by cursor until there is none", async () => {
  home.pages = [
    { recognitions: [row("a", 10)], before: "1" },
    { recognitions: [row("b", 9)] },
  ];
  feed.start();
  await settled();
  await Promise.all([feed.loadMore(), feed.loadMore()]);
  await feed.loadMore();
  assert.equal(keys(), "ab");
  assert.equal(feed.isComplete, true);
  assert.deepEqual(
    home.asked.map(({ before }) => before),
    [undefined, "1"],
  );
});

test("a page that fails is said, and asked for again", async () => {
  home.pages = [
    { recognitions: [row("a", 10)], before: "1" },
    new Error("Silent."),
    { recognitions: [row("b", 9)] },
  ];
  feed.start();
  await settled();
  await feed.loadMore();
  assert.equal(feed.error.message, "Silent.");
  await feed.loadMore();
  assert.equal(feed.error, null);
  assert.equal(keys(), "ab");
});

test("live rows are announced, recovered ones only listed", async () => {
  const live = [];
  feed = new Feed(home.hass, {}, (entry) => entry && live.push(entry.key));
  home.pages = [{ recognitions: [row("a", 10)] }];
  feed.start();
  await settled();
  const event = { type: "recognition", today: 2 };
  home.tell({ ...event, recognition: row("b", 12, { kind: "live" }) });
  home.tell({ ...event, recognition: row("c", 11, { kind: "recovered" }) });
  assert.equal(keys(), "bca");
  assert.deepEqual(live, ["b"]);
  assert.equal(feed.today, 2);
});

test("after a reconnect the rows below stay where nothing is missing", async () => {
  home.pages = [
    { recognitions: [row("a", 10)], before: "1" },
    { recognitions: [row("b", 9)], before: "2" },
    { recognitions: [row("c", 11), row("a", 10)], before: "9" },
    { recognitions: [row("d", 8)] },
  ];
  feed.start();
  await settled();
  await feed.loadMore();
  home.reconnect();
  await settled();
  assert.equal(keys(), "cab");
  // It does not belong to the new connection.
  assert.equal(home.freed, 0);
  await feed.loadMore();
  assert.equal(home.asked.at(-1).before, "2");
});

test("after a reconnect a gap begins the list anew", async () => {
  home.pages = [
    { recognitions: [row("a", 10)], before: "1" },
    { recognitions: [row("c", 12)], before: "9" },
  ];
  feed.start();
  await settled();
  home.reconnect();
  await settled();
  assert.equal(keys(), "c");
});

test("a box whose history was missing begins the list anew when it is back", async () => {
  const silent = [{ entry_id: "box", title: "Box" }];
  home.pages = [{ silent }, { recognitions: [row("a", 10)] }];
  feed.start();
  await settled();
  home.tell({ ...STATE, boxes: [{ ...BOX, connected: false }] });
  await settled();
  assert.equal(home.asked.length, 1);
  home.tell(STATE);
  await settled();
  assert.equal(keys(), "a");
  assert.deepEqual(feed.silent, []);
});

test("what was read without pictures is read again when they are allowed", async () => {
  const off = { ...STATE, boxes: [{ ...BOX, pictures: false }] };
  home.pages = [
    { recognitions: [row("a", 10)] },
    { recognitions: [row("a", 10, { pictures: { face: "/face" } })] },
  ];
  feed.start();
  await settled();
  home.tell(off);
  home.tell(off);
  await settled();
  assert.equal(home.asked.length, 1);
  home.tell(STATE);
  await settled();
  assert.equal(feed.rows[0].pictures.face, "/face");
});

test("what was read at a door is gone with it", async () => {
  const doors = [{ device_id: "door" }, { device_id: "gate" }];
  home.pages = [{ recognitions: [row("a", 10), row("b", 11)] }, { recognitions: [row("b", 11)] }];
  feed.start();
  await settled();
  home.tell({ ...STATE, doors });
  home.tell({ ...STATE, doors: [...doors, { device_id: "new" }] });
  await settled();
  assert.equal(keys(), "ba");
  home.tell({ ...STATE, doors: doors.slice(1) });
  await settled();
  assert.equal(keys(), "b");
});

test("a feed tries again until the integration is loaded", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  home.refusing = true;
  feed.start();
  await settled();
  assert.equal(feed.error.code, "unknown_command");
  home.refusing = false;
  home.pages = [{ recognitions: [row("a", 10)] }];
  context.mock.timers.tick(1_000);
  await settled();
  assert.equal(feed.error, null);
  assert.equal(keys(), "a");
});

test("a feed that stopped holds nothing, and what comes late is dropped", async () => {
  const changed = mock.fn();
  feed = new Feed(home.hass, {}, changed);
  let answer;
  const late = new Promise((resolve) => {
    answer = resolve;
  });
  home.pages = [late];
  feed.start();
  await settled();
  feed.stop();
  const calls = changed.mock.callCount();
  answer({ recognitions: [row("a", 10)] });
  home.tell({ ...STATE, today: 7 });
  await settled();
  assert.equal(keys(), "");
  assert.equal(feed.today, 1);
  assert.equal(changed.mock.callCount(), calls);
  assert.equal(home.listeners.size, 0);
  assert.equal(home.freed, 1);
});

test("what is followed, too, is subscribed to with the feed, also after a reconnect", async () => {
  const told = new Map();
  home.hass.connection.subscribeMessage = async (tell, { type }) => {
    told.set(type, tell);
    if (type.startsWith("se_aibox/recognitions")) tell(STATE);
    return () => {
      home.freed += 1;
    };
  };
  const received = [];
  feed.follow({ type: "other" }, (event) => received.push(event));
  feed.start();
  await settled();
  const early = told.get("other");
  early(1);
  home.reconnect();
  await settled();
  early(2);
  told.get("other")(3);
  // Of a lost connection, nothing is left to be freed.
  assert.equal(home.freed, 0);
  feed.stop();
  told.get("other")(4);
  assert.deepEqual(received, [1, 3]);
  assert.equal(home.freed, 2);
});

test("what is followed, too, is subscribed to again once it is there", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const subscribed = [];
  home.hass.connection.subscribeMessage = async (tell, { type }) => {
    if (type === "other" && home.refusing) return Promise.reject(REFUSAL);
    subscribed.push(type);
    if (type !== "other") tell(STATE);
    return () => {
      home.freed += 1;
    };
  };
  home.refusing = true;
  feed.follow({ type: "other" }, () => {});
  feed.start();
  await settled();
  assert.equal(feed.error.code, "unknown_command");
  home.refusing = false;
  context.mock.timers.tick(1_000);
  await settled();
  assert.equal(feed.error, null);
  assert.equal(home.freed, 1);
  assert.deepEqual(subscribed.slice(1).sort(), ["other", "se_aibox/recognitions/subscribe"]);
});

test("the paths of pictures are renewed before they expire", async (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  home.pages = [
    { recognitions: [row("a", 10, { pictures: { face: "/old" } })], before: "1" },
    { recognitions: [row("a", 10, { pictures: { face: "/new" } })], before: "9" },
  ];
  feed.start();
  await settled();
  context.mock.timers.tick(12 * 60 * 60_000);
  await settled();
  assert.equal(feed.rows[0].pictures.face, "/new");
  // What is followed, too, has pictures.
  assert.equal(home.freed, 1);
  await feed.loadMore();
  assert.equal(home.asked.at(-1).before, "1");
});

test("a picture has a path by width while pictures may leave the box", async () => {
  const seen = row("a", 10, { pictures: { face: "/face?authSig=x" } });
  assert.equal(feed.pictureOf(seen, "face", 64), null);
  home.pages = [{}];
  feed.start();
  await settled();
  const path = "https://home/face?authSig=x&width=128";
  assert.equal(feed.pictureOf(seen, "face", 64), path);
  assert.equal(feed.pictureOf(seen, "scene", 64), null);
  home.tell({ ...STATE, boxes: [{ ...BOX, pictures: false }] });
  assert.equal(feed.pictureOf(seen, "face", 64), null);
});
