/**
 * The newest face, large, for a screen at the door.
 *
 * @import {Card} from "./faces-card.js"
 * @import {Entry} from "./rows.js"
 */
import { DoorDialog, doorButton, openButton } from "./door.js";
import { element, replaceChildren } from "./dom.js";
import { icon } from "./icons.js";
import { isFresh, latestOf } from "./latest.js";
import { agoOf, Clock, faceOf, screenOf, showLost, typeLine } from "./screen.js";
import { nameOf, typeOf } from "./words.js";

const STRIP = 10;
// Widths on the screen, in pixels.
const FACE = 480;
const SMALL_FACE = 88;

/** The mode `now` of the card. */
export class NowView {
  #card;
  #dialog;
  #lost = element("div", { className: "lost", role: "status" });
  #main = element("section", { className: "main" });
  #today = element("p", { className: "today" });
  #strip = element("ol", { className: "strip" });
  // Read aloud, never in sight.
  #aloud = element("p", { className: "aloud", role: "status" });
  #clock = new Clock(() => this.update());
  // What is on the screen, so that only a change touches the document.
  #shown = "";
  #shownStrip = "";
  element;

  /** @param {Card} card */
  constructor(card) {
    this.#card = card;
    this.#dialog = new DoorDialog(card);
    const footer = element("footer", {}, this.#today, this.#strip);
    const parts = [this.#lost, this.#main, footer, this.#aloud];
    this.element = screenOf(
      element("div", { className: "now" }, ...parts),
      this.#dialog.element,
    );
  }

  /** Show what the feed knows. */
  update() {
    const { feed, texts } = this.#card;
    const latest = latestOf(feed.rows);
    const earlier = feed.rows.filter((row) => row !== latest);
    showLost(this.#card, this.#lost);
    this.#showLatest(latest);
    this.#showStrip(earlier.slice(0, STRIP));
    this.#today.textContent =
      feed.today === null ? "" : texts("dashboard.today", { count: feed.today });
  }

  /**
   * Have a screen reader say who came.
   *
   * @param {Entry} row
   */
  announce(row) {
    const { texts } = this.#card;
    const words = [nameOf(row, texts), typeOf(row, texts), row.place];
    this.#aloud.textContent = words.join(", ");
  }

  /** Stop. */
  dispose() {
    this.#clock.stop();
    this.#dialog.close();
  }

  /** @param {Entry | undefined} row */
  #showLatest(row) {
    const { config, feed, hass, texts } = this.#card;
    const path = row && feed.pictureOf(row, "face", FACE);
    const door = row && doorButton(hass, row.device_id);
    const fresh = row !== undefined && isFresh(hass, row, config.old_after);
    const name = row && nameOf(row, texts);
    const shown = JSON.stringify([row?.key, name, row?.place, path, door, fresh]);
    if (shown !== this.#shown) {
      this.#shown = shown;
      this.#main.dataset.type = row?.person_type ?? "";
      this.#main.classList.toggle("old", !fresh);
      replaceChildren(this.#main, row ? this.#person(row, path, door) : this.#nobody());
    }
    const ago = this.#main.querySelector(".ago");
    if (row && ago) {
      ago.textContent = agoOf(this.#card, row.at);
    }
  }

  /**
   * @param {Entry} row
   * @param {string | null | undefined} path
   * @param {string | undefined} door
   */
  #person(row, path, door) {
    const { openDetails, texts, times } = this.#card;
    const name = nameOf(row, texts);
    const when = element("time", { dateTime: row.occurred_at }, times.clock(row.at));
    const ago = element("span", { className: "ago" });
    const simulated = row.simulated && element("span", {}, texts("card.simulated"));
    return [
      faceOf(path, name, () => openDetails(row)),
      element(
        "div",
        { className: "words" },
        typeLine(row, name, texts),
        element("h2", { className: "name" }, element("bdi", {}, name)),
        element("p", { className: "place" }, element("bdi", {}, row.place)),
        element("p", { className: "when" }, when, ago, simulated),
        door && openButton(this.#card, () => this.#dialog.ask(row.place, door)),
      ),
    ];
  }

  #nobody() {
    const text = this.#card.texts("dashboard.nobody");
    return element("p", { className: "nobody" }, icon("face-recognition"), text);
  }

  /** @param {readonly Entry[]} rows */
  #showStrip(rows) {
    const { feed, texts } = this.#card;
    const faces = rows.map((row) => ({
      row,
      path: feed.pictureOf(row, "face", SMALL_FACE),
      name: nameOf(row, texts),
    }));
    const shown = JSON.stringify(faces.map(({ row, ...others }) => [row.key, others]));
    if (shown !== this.#shownStrip) {
      this.#shownStrip = shown;
      this.#strip.ariaLabel = texts("dashboard.before");
      replaceChildren(
        this.#strip,
        faces.map(({ row, path, name }) => this.#earlier(row, path, name)),
      );
    }
  }

  /**
   * @param {Entry} row
   * @param {string | null} path
   * @param {string} name
   */
  #earlier(row, path, name) {
    const { openDetails, texts, times } = this.#card;
    const time = times.clock(row.at);
    const button = {
      type: "button",
      ariaLabel: [name, typeOf(row, texts), row.place, time].join(", "),
      onclick: () => openDetails(row),
    };
    return element(
      "li",
      { dataset: { type: row.person_type } },
      element(
        "button",
        button,
        faceOf(path, ""),
        element("bdi", {}, name),
        element("time", { dateTime: row.occurred_at }, time),
      ),
    );
  }
}
