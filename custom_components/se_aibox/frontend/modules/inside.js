// Who is inside a site, with faces and since when.

/** @import { Card } from "./faces-card.js" */
/** @import { Insider } from "./types" */
import { element, replaceChildren } from "./dom.js";
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
  #note;
  #list;
  // What the answer is about: other states say that somebody came or left.
  #asked = "";
  #askAt = 0;
  /** @type {Insider[]} Longest inside first. */
  #people = [];
  /** @type {Map<string, HTMLElement>} */
  #items = new Map();

  /** @param {Card} card */
  constructor(card) {
    const note = element("p", { className: "note", role: "status" });
    const list = element("ul");
    super(card, "doors inside", note, list);
    this.#note = note;
    this.#list = list;
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
    const message = {
      type: "call_service",
      domain: "se_aibox",
      service: "get_people_inside",
      target: { entity_id },
      return_response: true,
    };
    let note = "";
    let people = this.#people;
    try {
      /** @type {{ people: Insider[], up_to_date: boolean }[]} */
      const sites = entity_id.length ? (await hass.callWS(message)).response.sites : [];
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
    /** @type {Map<string, HTMLElement>} */
    const items = new Map();
    let oldest = Infinity;
    for (const one of this.#people) {
      const row = rows.find(
        ({ entry_id, identity_id, followed_device_ids: followed }) =>
          (entry_id === one.entry_id && identity_id === one.identity_id) ||
          followed.some((id) => one.followed_device_ids.includes(id)),
      );
      if (!row) oldest = Math.min(oldest, Date.parse(one.last_seen));
      const path = row ? feed.pictureOf(row, "face", FACE) : null;
      const key = JSON.stringify([one.entry_id, one.identity_id, one.inside_since, path, row?.key]);
      const item = this.#items.get(key) ?? this.#item(one, path, row);
      items.set(key, item);
      this.tellAgo(item, Date.parse(one.inside_since));
    }
    const shown = [...items.keys()].join();
    if (shown !== [...this.#items.keys()].join()) {
      replaceChildren(this.#list, [...items.values()]);
    }
    this.#items = items;
    // Somebody came before the oldest row.
    const { at } = rows.at(-1) ?? { at: 0 };
    if (oldest < at && rows.length < MOST_ROWS && !feed.error) void feed.loadMore();
  }

  /**
   * @param {Insider} one
   * @param {string | null} path
   * @param {import("./rows.js").Entry} [row]
   */
  #item({ identity_id, identity_name, inside_since, person_type: type }, path, row) {
    const { openDetails, texts, times } = this.card;
    const known = row?.name ?? identity_name;
    const name = nameOf({ name: known, identity_id, matched: true }, texts);
    const at = Date.parse(inside_since);
    const since = texts("dashboard.inside_since", { time: times.clock(at) });
    return element(
      "li",
      { dataset: { type } },
      faceOf(path, name, row && (() => openDetails(row))),
      this.words({ at, name, type, since }),
    );
  }
}
