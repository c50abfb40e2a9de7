// The newest face, large, for a screen at the door.

/** @import { Card, Entry } from "./types" */
import { doorButton } from "./door.js";
import { element, isTopInSight, renew } from "./dom.js";
import { icon } from "./icons.js";
import { isFresh, latestOf } from "./latest.js";
import { faceOf, ScreenView } from "./screen.js";
import { nameOf, typeOf } from "./words.js";

const STRIP = 10;
// Widths on the screen, in pixels.
const FACE = 480;
const SMALL_FACE = 96;

export class NowView extends ScreenView {
  #main = element("section", { className: "main" });
  #today = element("p", { className: "today" });
  #strip = element("ol");

  /** @param {Card} card */
  constructor(card) {
    super(card, "now");
    this.#strip.ariaLabel = card.texts("dashboard.before");
    this.append(this.#main, element("footer", {}, this.#today, this.#strip));
  }

  /** @override */
  update() {
    super.update();
    const { feed, texts } = this.card;
    const latest = latestOf(feed.rows);
    const earlier = feed.rows.slice(0, STRIP + 1).filter((row) => row !== latest);
    this.#showLatest(latest);
    this.#showStrip(earlier.slice(0, STRIP));
    this.#today.textContent =
      feed.today === null ? "" : texts("dashboard.today", { count: feed.today });
  }

  /** @param {Entry | undefined} row */
  #showLatest(row) {
    const { config, feed, hass, texts } = this.card;
    const path = row ? feed.pictureOf(row, "face", FACE) : null;
    const door = row ? doorButton(hass, row.device_id) : null;
    const fresh = row !== undefined && isFresh(hass, row, config.old_after);
    this.#main.dataset.type = row?.person_type ?? "";
    this.#main.classList.toggle("old", !fresh);
    renew(this.#main, [row, path, door], () => {
      if (row) return this.#person(row, path, door);
      const words = [icon("face-recognition"), texts("dashboard.nobody")];
      return [element("p", { className: "nobody" }, words)];
    });
    this.tellAgo(this.#main, row?.at);
  }

  /**
   * @param {Entry} row
   * @param {string | null} path
   * @param {string | null} door
   */
  #person(row, path, door) {
    const { openDetails, texts } = this.card;
    const name = nameOf(row, texts);
    const place = element("p", { className: "place" }, element("bdi", {}, row.place));
    const simulated = row.simulated ? element("p", {}, texts("card.simulated")) : null;
    const words = this.words({ at: row.at, name, type: row.person_type }, place, simulated);
    const button = this.dialog.button(row.place, door);
    if (button) words.append(button);
    // The browser would ask for a lazy picture a frame later.
    const loading = isTopInSight(this.#main) ? "eager" : "lazy";
    return [faceOf(path, name, () => openDetails(row), loading), words];
  }

  /** @param {readonly Entry[]} rows */
  #showStrip(rows) {
    const paths = rows.map((row) => this.card.feed.pictureOf(row, "face", SMALL_FACE));
    renew(this.#strip, [rows, paths], () =>
      rows.map((row, index) => this.#earlier(row, paths[index])),
    );
  }

  /**
   * @param {Entry} row
   * @param {string | null} path
   */
  #earlier(row, path) {
    const { openDetails, texts, times } = this.card;
    const name = nameOf(row, texts);
    const time = times.clock(row.at);
    const ariaLabel = [name, typeOf(row, texts), row.place, time].join(", ");
    const onclick = () => openDetails(row);
    const words = [element("bdi", {}, name), element("time", {}, time)];
    return element(
      "li",
      { dataset: { type: row.person_type } },
      element("button", { ariaLabel, onclick }, faceOf(path, ""), words),
    );
  }
}
