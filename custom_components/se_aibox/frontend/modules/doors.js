// The doors; those where somebody came last are first.

/** @import { Card, Door, Entry, Last, Place } from "./types" */
import { doorsOf, isAboutPeople } from "./config.js";
import { doorButton } from "./door.js";
import { element, renew } from "./dom.js";
import { icon } from "./icons.js";
import { inOrder, isAfter, isFresh, lastPerson, latestByDoor } from "./latest.js";
import { List } from "./list.js";
import { isAt, placesOf } from "./registry.js";
import { faceOf, ScreenView } from "./screen.js";
import { nameOf } from "./words.js";

// On the screen, in pixels.
const FACE = 220;

export class DoorsView extends ScreenView {
  #places = element("div", { className: "places", role: "group" });
  #list = new List();
  /** @type {string | null} The floor or area that the user chose. */
  #chosen = null;

  /** @param {Card} card */
  constructor(card) {
    super(card, "doors");
    const list = this.#list.element;
    this.append(this.#places, list);
    const { columns } = card.config;
    if (columns) list.style.setProperty("--columns", `repeat(${columns}, minmax(0, 1fr))`);
  }

  /** @override */
  update() {
    super.update();
    const { config, feed, hass } = this.card;
    const { person, person_types: types } = config;
    // The entities of a door know no filter.
    const isFiltered = person || types?.length || isAboutPeople(config, feed);
    const all = doorsOf(config, feed);
    this.#showPlaces(all);
    const chosen = this.#chosen;
    const doors = all.filter(
      ({ area_id: area }) => chosen === null || isAt(hass, area, chosen),
    );
    const rows = latestByDoor(feed.rows, all.length);
    /** @type {Map<string, Last>} */
    const last = new Map();
    for (const { device_id: id } of doors) {
      const row = rows.get(id);
      const found = isFiltered ? undefined : lastPerson(hass, id);
      // The row has more to say of the same face.
      const seen = found && isAfter(found, row) ? found : row && this.#lastOf(row);
      if (seen) last.set(id, seen);
    }
    const items = inOrder(hass, doors, last).map((door) =>
      this.#item(door, last.get(door.device_id), rows.get(door.device_id)),
    );
    this.#list.show(items, this.dialog.element.open);
  }

  /**
   * @param {Entry} row
   * @returns {Last}
   */
  #lastOf(row) {
    const { config, feed, hass, texts } = this.card;
    return {
      at: row.at,
      name: nameOf(row, texts),
      type: row.person_type,
      path: feed.pictureOf(row, "face", FACE),
      isFresh: isFresh(hass, row, config.old_after),
    };
  }

  /**
   * @param {Door} door
   * @param {Last} [last]
   * @param {Entry} [row]
   */
  #item({ area_id: areaId, device_id: id, name }, last, row) {
    const { hass } = this.card;
    const button = doorButton(hass, id);
    const area = hass.areas[areaId ?? ""]?.name;
    const item = this.#list.item(id, [name, area, button, last], (made) => {
      made.dataset.type = last?.type ?? "";
      made.className = last?.isFresh ? "" : "old";
      const where = element("h3", {}, element("bdi", {}, name), element("bdi", {}, area));
      const shown = last ? this.#person(last, row) : this.#nobody();
      return [where, shown, this.dialog.button(name, button)];
    });
    this.tellAgo(item, last?.at);
    return item;
  }

  /**
   * @param {Last} last
   * @param {Entry | undefined} row
   */
  #person(last, row) {
    const { openDetails } = this.card;
    const open = row?.at === last.at ? () => openDetails(row) : undefined;
    return [faceOf(last.path, last.name, open), this.words(last)];
  }

  #nobody() {
    const text = this.card.texts("dashboard.nobody_here");
    return [
      element("span", { className: "face" }, icon("account")),
      element("p", { className: "words" }, text),
    ];
  }

  /** @param {readonly Door[]} doors */
  #showPlaces(doors) {
    const { hass, texts } = this.card;
    const places = placesOf(hass, doors.map(({ area_id: id }) => id));
    if (!places.some(({ id }) => id === this.#chosen)) this.#chosen = null;
    renew(this.#places, [places, this.#chosen], () => {
      const all = { id: null, name: texts("dashboard.all_doors") };
      return places.length ? [all, ...places].map((place) => this.#chip(place)) : [];
    });
  }

  /** @param {Place} place */
  #chip({ id, name }) {
    const onclick = () => {
      this.#chosen = id;
      this.update();
      /** @type {HTMLElement | null} */ (
        this.#places.querySelector("[aria-pressed=true]")
      )?.focus();
    };
    const pressed = String(id === this.#chosen);
    return element("button", { "aria-pressed": pressed, onclick }, name);
  }
}
