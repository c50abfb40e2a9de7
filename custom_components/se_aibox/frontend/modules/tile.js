// One face of the timeline.

/** @import { Card, Entry } from "./types" */
/** @import { Pictures } from "./pictures.js" */
import { element } from "./dom.js";
import { icon, typeIcon } from "./icons.js";
import { nameOf, sentence, typeOf } from "./words.js";

// The width of the face on the screen, in pixels.
const FACE = 64;

/** A button with the face, name, place, type and time of a recognition. */
export class Tile {
  element;
  button;
  #frame = element("span", { className: "face" });
  #ago = element("span", { className: "ago" });
  /** @type {Entry | null} */
  #row = null;
  /** @type {string | null} */
  #path = null;

  /** @param {(row: Entry) => void} open */
  constructor(open) {
    const onclick = () => this.#row && open(this.#row);
    this.button = element("button", { className: "tile", onclick });
    this.element = element("div", { className: "cell", role: "listitem" }, this.button);
  }

  /**
   * @param {Card} card
   * @param {Entry} row
   * @param {Pictures} pictures
   * @param {boolean} isInSight Whether the tile is known to be.
   */
  show(card, row, pictures, isInSight) {
    if (row !== this.#row) {
      pictures.leave(this.#frame);
      this.#path = null;
      this.#row = row;
      this.button.dataset.type = row.person_type;
      this.#frame.replaceChildren(typeIcon(row.person_type));
      this.button.replaceChildren(
        this.#frame,
        words(card, row),
        marks(card, row, this.#ago),
      );
      this.tell(card);
    }
    this.#picture(card, row, pictures, isInSight);
  }

  /** @param {Card} card */
  tell(card) {
    if (this.#row) {
      this.#ago.textContent = card.times.ago(this.#row.at);
      this.button.ariaLabel = sentence(card, this.#row);
    }
  }

  /** @param {Pictures} pictures */
  leave(pictures) {
    pictures.leave(this.#frame);
    this.element.remove();
  }

  /**
   * @param {Card} card
   * @param {Entry} row
   * @param {Pictures} pictures
   * @param {boolean} isInSight
   */
  #picture({ feed, texts }, row, pictures, isInSight) {
    const kind = row.pictures.face ? "face" : "scene";
    const path = feed.pictureOf(row, kind, FACE);
    if (path === this.#path) return;
    pictures.leave(this.#frame);
    this.#path = path;
    if (path) {
      const picture = { path, group: row.entry_id, name: nameOf(row, texts) };
      pictures.show(this.#frame, picture, isInSight);
    }
  }
}

/**
 * @param {Card} card
 * @param {Entry} row
 */
function words({ texts, config }, row) {
  const score = config.show_score && row.score;
  return element(
    "span",
    { className: "words" },
    element("bdi", { className: "name" }, nameOf(row, texts)),
    element("bdi", { className: "place" }, row.place),
    element(
      "span",
      { className: "type" },
      typeIcon(row.person_type),
      element("span", {}, typeOf(row, texts)),
      typeof score === "number" && element("span", { className: "score" }, score),
    ),
  );
}

/**
 * @param {Card} card
 * @param {Entry} row
 * @param {HTMLElement} ago
 */
function marks({ texts, times }, row, ago) {
  const time = element("time", { dateTime: row.occurred_at }, times.clock(row.at));
  const className = "mark";
  const title = texts("card.recovered");
  return element(
    "span",
    { className: "when" },
    time,
    ago,
    row.kind === "recovered" && element("span", { className, title }, icon("history")),
    row.simulated && element("span", { className }, texts("card.simulated")),
  );
}
