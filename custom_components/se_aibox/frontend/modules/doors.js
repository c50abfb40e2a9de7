// The doors; those where somebody came last are first.

/** @import { Card } from "./faces-card.js" */
/** @import { Door, Last, Place } from "./types" */
/** @import { Entry } from "./rows.js" */
import { doorsOf, isAboutPeople } from "./config.js";
import { doorButton } from "./door.js";
import { element, replaceChildren } from "./dom.js";
import { icon } from "./icons.js";
import { inOrder, isAfter, isFresh, lastPerson, latestByDoor } from "./latest.js";
import { isAt, placesOf } from "./registry.js";
import { faceOf, ScreenView } from "./screen.js";
import { nameOf } from "./words.js";

// On the screen, in pixels.
const FACE = 220;
// A door must not move away under a finger.
const STILL_MS = 3_000;

export class DoorsView extends ScreenView {
  #places;
  #list;
  /** @type {Map<string, { item: HTMLElement, shown: string }>} By device id. */
  #items = new Map();
  /** @type {string | null} The floor or area that the user chose. */
  #chosen = null;
  #shownPlaces = "";
  #touchedAt = -STILL_MS;

  /** @param {Card} card */
  constructor(card) {
    const places = element("div", { className: "places", role: "group" });
    const list = element("ul");
    super(card, "doors", places, list);
    this.#places = places;
    this.#list = list;
    const { columns } = card.config;
    if (columns) list.style.setProperty("--columns", `repeat(${columns}, minmax(0, 1fr))`);
    for (const touch of ["pointerdown", "pointermove", "keydown"]) {
      list.addEventListener(touch, () => {
        this.#touchedAt = performance.now();
      });
    }
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
    this.#showDoors(inOrder(hass, doors, last), last, rows);
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
   * @param {readonly Door[]} doors
   * @param {ReadonlyMap<string, Last>} last
   * @param {ReadonlyMap<string | null, Entry>} rows
   */
  #showDoors(doors, last, rows) {
    const list = this.#list;
    for (const [id, { item }] of this.#items) {
      if (!doors.some(({ device_id: wanted }) => wanted === id)) {
        item.remove();
        this.#items.delete(id);
      }
    }
    const isStill =
      this.dialog.element.open || performance.now() - this.#touchedAt < STILL_MS;
    doors.forEach((door, index) => {
      const item = this.#itemOf(door, last.get(door.device_id), rows.get(door.device_id));
      const there = list.children[index] ?? null;
      if (item !== there && !(isStill && item.isConnected)) move(list, item, there);
    });
  }

  /**
   * @param {Door} door
   * @param {Last | undefined} last
   * @param {Entry | undefined} row
   */
  #itemOf(door, last, row) {
    const { hass } = this.card;
    const { area_id: areaId, device_id: id, name } = door;
    const known = this.#items.get(id) ?? { item: element("li"), shown: "" };
    const { item } = known;
    this.#items.set(id, known);
    const button = doorButton(hass, id);
    const area = hass.areas[areaId ?? ""]?.name;
    const shown = JSON.stringify([name, area, button, last]);
    if (shown !== known.shown) {
      known.shown = shown;
      item.dataset.type = last?.type ?? "";
      item.className = last?.isFresh ? "" : "old";
      const where = element("h3", {}, element("bdi", {}, name), element("bdi", {}, area));
      const made = this.dialog.button(name, button);
      replaceChildren(item, where, last ? this.#person(last, row) : this.#nobody(), made);
    }
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
    const shown = JSON.stringify([places, this.#chosen]);
    if (shown !== this.#shownPlaces) {
      this.#shownPlaces = shown;
      const all = { id: null, name: texts("dashboard.all_doors") };
      const chips = places.length ? [all, ...places].map((place) => this.#chip(place)) : [];
      replaceChildren(this.#places, chips);
    }
  }

  /** @param {Place | { id: null, name: string }} place */
  #chip({ id, name }) {
    const onclick = () => {
      this.#chosen = id;
      this.update();
      /** @type {HTMLElement | null} */ (
        this.#places.querySelector("[aria-pressed=true]")
      )?.focus();
    };
    const pressed = String(id === this.#chosen);
    return element("button", { type: "button", "aria-pressed": pressed, onclick }, name);
  }
}

/**
 * Move an item, which keeps the focus where the browser can do that.
 *
 * @param {Element & { moveBefore?: (item: Element, next: Element | null) => void }} list
 * @param {Element} item
 * @param {Element | null} next
 */
function move(list, item, next) {
  if (list.moveBefore && item.isConnected) list.moveBefore(item, next);
  else list.insertBefore(item, next);
}
