/**
 * The doors, those to which somebody came last first.
 *
 * @import {Card} from "./faces-card.js"
 * @import {Door} from "./types"
 * @import {Entry} from "./rows.js"
 */
import { DoorDialog, doorButton, openButton } from "./door.js";
import { element, replaceChildren } from "./dom.js";
import { icon } from "./icons.js";
import { inOrder, isFresh, lastPerson, latestByDoor } from "./latest.js";
import { isAt, placesOf } from "./registry.js";
import { agoOf, Clock, faceOf, screenOf, showLost, typeLine } from "./screen.js";
import { nameOf } from "./words.js";

// On the screen, in pixels.
const FACE = 200;
// A card must not move away under a finger.
const STILL_MS = 3_000;

/**
 * @typedef {object} Last Who came last to a door.
 * @property {number} at
 * @property {string} name
 * @property {string} type
 * @property {string | null | undefined} path Of the face.
 * @property {boolean} fresh
 * @property {Entry | undefined} row
 */

/**
 * Return who came last to a door, or nothing if nobody is known to.
 *
 * @param {Card} card
 * @param {string} deviceId
 * @param {Entry | undefined} row
 * @returns {Last | undefined}
 */
function lastAt({ config, feed, hass, texts }, deviceId, row) {
  const person = lastPerson(hass, deviceId);
  if (row && (!person || row.at >= person.at || isFresh(hass, row, Infinity))) {
    const { at, person_type: type } = row;
    const path = feed.pictureOf(row, "face", FACE);
    const fresh = isFresh(hass, row, config.old_after);
    return { at, name: nameOf(row, texts), type, path, fresh, row };
  }
  return (
    person && { ...person, path: person.face, fresh: false, row: undefined }
  );
}

/** The mode `doors` of the card. */
export class DoorsView {
  #card;
  #dialog;
  #lost = element("div", { className: "lost", role: "status" });
  #places = element("div", { className: "places", role: "group" });
  #list = element("ul", { className: "doors" });
  #aloud = element("p", { className: "aloud", role: "status" });
  #clock = new Clock(() => this.update());
  /** @type {Map<string, DoorCard>} */
  #cards = new Map();
  /** @type {string | null} The floor or area that the user chose. */
  #chosen = null;
  #shownPlaces = "";
  #touchedAt = -STILL_MS;
  element;

  /** @param {Card} card */
  constructor(card) {
    this.#card = card;
    this.#dialog = new DoorDialog(card);
    const parts = [this.#lost, this.#places, this.#list, this.#aloud];
    this.element = screenOf(
      element("div", { className: "all-doors" }, ...parts),
      this.#dialog.element,
    );
    if (card.config.columns) {
      this.#list.style.setProperty("--columns", String(card.config.columns));
      this.#list.classList.add("fixed");
    }
    for (const touch of ["pointerdown", "pointermove", "keydown"]) {
      this.#list.addEventListener(touch, () => (this.#touchedAt = performance.now()));
    }
  }

  /** Show what the feed and the entities know. */
  update() {
    const { feed, hass } = this.#card;
    showLost(this.#card, this.#lost);
    this.#showPlaces();
    const rows = latestByDoor(feed.rows);
    /** @type {Map<string, Last>} */
    const last = new Map();
    for (const { device_id: id } of feed.doors) {
      const found = lastAt(this.#card, id, rows.get(id));
      if (found) {
        last.set(id, found);
      }
    }
    const chosen = this.#chosen;
    const doors = feed.doors.filter(
      ({ area_id: area }) => chosen === null || isAt(hass, area, chosen),
    );
    this.#showDoors(inOrder(hass, doors, last), last);
  }

  /**
   * Have a screen reader say who came.
   *
   * @param {Entry} row
   */
  announce(row) {
    this.#aloud.textContent = `${row.place}, ${nameOf(row, this.#card.texts)}`;
  }

  /** Stop. */
  dispose() {
    this.#clock.stop();
    this.#dialog.close();
  }

  /**
   * @param {readonly Door[]} doors
   * @param {ReadonlyMap<string, Last>} last
   */
  #showDoors(doors, last) {
    const wanted = new Set(doors.map(({ device_id: id }) => id));
    for (const [id, { element: shown }] of this.#cards) {
      if (!wanted.has(id)) {
        shown.remove();
        this.#cards.delete(id);
      }
    }
    const still =
      this.#dialog.isOpen || performance.now() - this.#touchedAt < STILL_MS;
    /** @type {Element | null} */
    let before = null;
    for (const door of doors) {
      const card = this.#cardOf(door);
      card.show(door, last.get(door.device_id));
      const next = before ? before.nextElementSibling : this.#list.firstElementChild;
      if (!card.element.isConnected) {
        this.#list.insertBefore(card.element, next);
      } else if (card.element !== next && !still) {
        move(this.#list, card.element, next);
      }
      before = card.element;
    }
  }

  /** @param {Door} door */
  #cardOf({ device_id: id }) {
    let card = this.#cards.get(id);
    if (!card) {
      card = new DoorCard(this.#card, this.#dialog);
      this.#cards.set(id, card);
    }
    return card;
  }

  #showPlaces() {
    const { feed, hass } = this.#card;
    const places = placesOf(hass, feed.doors.map(({ area_id }) => area_id));
    if (!places.some(({ id }) => id === this.#chosen)) {
      this.#chosen = null;
    }
    const shown = JSON.stringify([places, this.#chosen]);
    if (shown !== this.#shownPlaces) {
      this.#shownPlaces = shown;
      const all = { id: null, name: this.#card.texts("dashboard.all_doors") };
      const chips = places.length ? [all, ...places] : [];
      replaceChildren(this.#places, chips.map((place) => this.#chip(place)));
    }
  }

  /** @param {{id: string | null, name: string}} place */
  #chip({ id, name }) {
    const onclick = () => {
      this.#chosen = id;
      this.update();
      /** @type {HTMLElement | null} */ (
        this.#places.querySelector("[aria-pressed=true]")
      )?.focus();
    };
    const pressed = String(this.#chosen === id);
    return element("button", { type: "button", "aria-pressed": pressed, onclick }, name);
  }
}

/**
 * Move a card, which keeps the focus.
 *
 * @param {Element & {moveBefore?: (node: Element, next: Element | null) => void}} list
 * @param {Element} card
 * @param {Element | null} next
 */
function move(list, card, next) {
  if (list.moveBefore) {
    list.moveBefore(card, next);
  } else {
    list.insertBefore(card, next);
  }
}

/** A door with who came last. */
class DoorCard {
  #card;
  #dialog;
  #shown = "";
  /** @type {number | undefined} */
  #at;
  element = element("li", {});

  /**
   * @param {Card} card
   * @param {DoorDialog} dialog
   */
  constructor(card, dialog) {
    this.#card = card;
    this.#dialog = dialog;
  }

  /**
   * @param {Door} door
   * @param {Last | undefined} last
   */
  show(door, last) {
    const { hass } = this.#card;
    const button = doorButton(hass, door.device_id);
    const area = hass.areas[door.area_id ?? ""]?.name;
    const { row, ...seen } = last ?? {};
    const shown = JSON.stringify([door.name, area, button, row?.key, seen]);
    if (shown !== this.#shown) {
      this.#shown = shown;
      this.#at = last?.at;
      this.element.dataset.type = last?.type ?? "";
      this.element.classList.toggle("old", !last?.fresh);
      replaceChildren(
        this.element,
        element(
          "h3",
          {},
          element("bdi", {}, door.name),
          area && element("bdi", { className: "area" }, area),
        ),
        last ? this.#person(last) : this.#nobody(),
        button && openButton(this.#card, () => this.#dialog.ask(door.name, button)),
      );
    }
    const ago = this.element.querySelector(".ago");
    if (ago && this.#at) {
      ago.textContent = agoOf(this.#card, this.#at);
    }
  }

  /** @param {Last} last */
  #person({ at, name, path, row, type }) {
    const { openDetails, texts, times } = this.#card;
    return [
      faceOf(path, name, row && (() => openDetails(row))),
      element(
        "div",
        { className: "words" },
        element("p", { className: "name" }, element("bdi", {}, name)),
        typeLine({ person_type: type }, name, texts),
        element(
          "p",
          { className: "when" },
          element("time", {}, times.clock(at)),
          element("span", { className: "ago" }),
        ),
      ),
    ];
  }

  #nobody() {
    const text = this.#card.texts("dashboard.nobody_here");
    return [
      element("span", { className: "face" }, icon("account")),
      element("div", { className: "words" }, element("p", { className: "when" }, text)),
    ];
  }
}
