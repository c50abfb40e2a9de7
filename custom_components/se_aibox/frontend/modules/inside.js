// Who is inside a site, with faces and since when.

/** @import { Card, Entry, Insider } from "./types" */
import { element } from "./dom.js";
import { List } from "./list.js";
import { entitiesOf } from "./registry.js";
import { faceOf, ScreenView } from "./screen.js";
import { nameOf } from "./words.js";

// On the screen, in pixels.
const FACE = 72;
// Among the newest of these, faces are searched.
const MOST_ROWS = 1_000;
// Where nobody passes, the books may come up to date.
const RENEW_MS = 60_000;

export class InsideView extends ScreenView {
  #note = element("p", { className: "note", role: "status" });
  #list = new List();
  // What the answer is about: other states say that somebody came or left.
  #asked = "";
  #askAt = 0;
  /** @type {Insider[]} Longest inside first. */
  #people = [];

  /** @param {Card} card */
  constructor(card) {
    super(card, "doors people");
    this.append(this.#note, this.#list.element);
  }

  /** @override */
  update() {
    super.update();
    const { config, feed, hass } = this.card;
    const { device_ids: ids = [] } = config;
    const states = feed.sites
      .filter(({ device_id: id }) => !ids.length || ids.includes(id))
      .flatMap(({ device_id: id }) => {
        const entity = entitiesOf(hass, id)["sensor.people_inside"];
        return hass.states[entity] ?? [];
      });
    const asks = JSON.stringify(states);
    if (feed.isKnown && (asks !== this.#asked || Date.now() > this.#askAt)) {
      this.#asked = asks;
      this.#askAt = Date.now() + RENEW_MS;
      void this.#ask(states.map(({ entity_id: id }) => id));
    }
    this.#show();
  }

  /** @param {string[]} entity_id */
  async #ask(entity_id) {
    const { hass, texts } = this.card;
    const asked = this.#asked;
    /** @type {Parameters<typeof hass.callService>} */
    const question = ["se_aibox", "get_people_inside", {}, { entity_id }, false, true];
    let note = "";
    let people = this.#people;
    try {
      /** @type {{ people: Insider[], up_to_date: boolean }[]} */
      const sites = entity_id.length ? (await hass.callService(...question)).response.sites : [];
      people = sites.flatMap((site) => site.people);
      if (!sites.every((site) => site.up_to_date)) note = texts("dashboard.not_current");
      else if (!people.length) note = texts("dashboard.nobody_inside");
      if (!sites.length) note = texts("dashboard.empty_no_site_title");
    } catch (error) {
      note = texts("dashboard.not_loaded", { error: Object(error).message });
    }
    // Another question may be newer.
    if (asked !== this.#asked) return;
    this.#people = people;
    this.#note.textContent = note;
    this.#show();
  }

  #show() {
    const { feed } = this.card;
    const rows = feed.rows.slice(0, MOST_ROWS);
    let oldest = Infinity;
    const items = this.#people.map((one) => {
      const row = rows.find(
        ({ entry_id, identity_id, followed_device_ids: followed }) =>
          (entry_id === one.entry_id && identity_id === one.identity_id) ||
          followed.some((id) => one.followed_device_ids.includes(id)),
      );
      if (!row) oldest = Math.min(oldest, Date.parse(one.last_seen));
      return this.#item(one, row);
    });
    this.#list.show(items);
    // Somebody came before the oldest row.
    const { at } = rows.at(-1) ?? { at: 0 };
    if (oldest < at && rows.length < MOST_ROWS && !feed.error) void feed.loadMore();
  }

  /**
   * @param {Insider} one
   * @param {Entry} [row]
   */
  #item({ entry_id, identity_id, identity_name, inside_since, person_type: type }, row) {
    const { feed, openDetails, texts, times } = this.card;
    const known = row?.name ?? identity_name;
    const name = nameOf({ name: known, identity_id, matched: true }, texts);
    const at = Date.parse(inside_since);
    const path = row ? feed.pictureOf(row, "face", FACE) : null;
    const id = [entry_id, identity_id, at].join();
    const item = this.#list.item(id, [name, type, path, row?.key], (made) => {
      made.dataset.type = type;
      const said = texts("dashboard.inside_since", { time: times.clock(at) });
      const face = faceOf(path, name, row && (() => openDetails(row)));
      return [element("div", {}, face, this.words({ at, name, type, said }))];
    });
    this.tellAgo(item, at);
    return item;
  }
}
