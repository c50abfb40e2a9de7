// The newest face, large, for a screen at the door.

/** @import { Card } from "./faces-card.js" */
/** @import { Entry } from "./rows.js" */
import { doorButton } from "./door.js";
import { element, isTopInSight, replaceChildren } from "./dom.js";
import { icon } from "./icons.js";
import { isFresh, latestOf } from "./latest.js";
import { faceOf, ScreenView } from "./screen.js";
import { nameOf, typeOf } from "./words.js";

const STRIP = 10;
// Widths on the screen, in pixels.
const FACE = 480;
const SMALL_FACE = 96;

export class NowView extends ScreenView {
  #main;
  #today;
  #strip;
  // What is on the screen, so that only a change touches the document.
  #shown = "";
  #shownStrip = "";

  /** @param {Card} card */
  constructor(card) {
    const main = element("section", { className: "main" });
    const today = element("p", { className: "today" });
    const strip = element("ol", { ariaLabel: card.texts("dashboard.before") });
    super(card, "now", main, element("footer", {}, today, strip));
    this.#main = main;
    this.#today = today;
    this.#strip = strip;
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
    const shown = JSON.stringify([row, path, door, fresh]);
    if (shown !== this.#shown) {
      this.#shown = shown;
      this.#main.dataset.type = row?.person_type ?? "";
      this.#main.classList.toggle("old", !fresh);
      replaceChildren(
        this.#main,
        row
          ? this.#person(row, path, door)
          : element(
              "p",
              { className: "nobody" },
              icon("face-recognition"),
              texts("dashboard.nobody"),
            ),
      );
    }
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
    const shown = JSON.stringify([rows, paths]);
    if (shown !== this.#shownStrip) {
      this.#shownStrip = shown;
      replaceChildren(
        this.#strip,
        rows.map((row, index) => this.#earlier(row, paths[index])),
      );
    }
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
      element("button", { type: "button", ariaLabel, onclick }, faceOf(path, ""), words),
    );
  }
}
