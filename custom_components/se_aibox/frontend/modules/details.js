// The dialog with everything about one recognition.

/** @import { Card } from "./faces-card.js" */
/** @import { Entry } from "./rows.js" */
/** @import { PictureKind } from "./types" */
import { element } from "./dom.js";
import { icon, typeIcon } from "./icons.js";
import { nameOf, typeOf } from "./words.js";

/** The widths of the pictures on the screen, in pixels. @type {[PictureKind, number][]} */
const PICTURES = [
  ["scene", 640],
  ["face", 200],
  ["reference", 200],
];
// These have a translation; the box says others in its own words.
const KNOWN = new Set(["age", "gender", "glasses", "good_quality", "mask"]);
const WORDS = new Set(
  "yes no male female child juvenile youth middle-aged aged".split(" "),
);

/** Shows a recognition, and by arrow keys its neighbors. */
export class Details {
  element;
  #card;
  #onClose;
  #title = element("div", { className: "title", id: "title" });
  #pictures = element("div", { className: "pictures" });
  #facts = element("dl", {});
  #more = element("dl", {});
  #attributes;
  #newer;
  #older;
  /** @type {Entry | null} */
  #row = null;
  // Another row, or *Pictures* off, needs other pictures.
  #paths = "";

  /**
   * @param {Card} card
   * @param {(key: string) => void} onClose Gets the key of the row that was shown last.
   */
  constructor(card, onClose) {
    this.#card = card;
    this.#onClose = onClose;
    const { texts } = card;
    this.#title.ariaLive = "polite";
    this.#newer = stepButton("chevron-left", texts("card.newer_face"), () => this.#step(-1));
    this.#older = stepButton("chevron-right", texts("card.older_face"), () => this.#step(1));
    const close = stepButton("close", texts("card.close"), () => this.element.close());
    const summary = element("summary", {}, texts("card.attributes"));
    this.#attributes = element("details", {}, summary, this.#more);
    this.element = element(
      "dialog",
      { className: "details" },
      element("header", {}, this.#title, this.#newer, this.#older, close),
      element("div", { className: "content" }, this.#pictures, this.#facts, this.#attributes),
    );
    this.element.setAttribute("aria-labelledby", "title");
    this.element.addEventListener("keydown", (event) => this.#pressed(event));
    this.element.addEventListener("click", (event) => {
      // The dialog itself is hit only beside what it contains.
      if (event.target === this.element) {
        this.element.close();
      }
    });
    this.element.addEventListener("close", () => this.#closed());
  }

  /** @param {Entry} row */
  open(row) {
    this.#show(row);
    if (!this.element.open) {
      this.element.showModal();
    }
  }

  /** Follow the feed: its pictures, and which rows are beside this one. */
  update() {
    const row = this.#row;
    if (row) {
      const at = this.#index();
      const { rows, isComplete } = this.#card.feed;
      this.#newer.disabled = at <= 0;
      this.#older.disabled = at < 0 || (isComplete && at === rows.length - 1);
      this.#showPictures(row);
    }
  }

  /** @param {Entry} row */
  #show(row) {
    const { texts } = this.#card;
    this.#row = row;
    this.element.dataset.type = row.person_type;
    this.#title.replaceChildren(
      element("bdi", { className: "name" }, nameOf(row, texts)),
      element("span", { className: "type" }, typeIcon(row.person_type), typeOf(row, texts)),
    );
    this.#facts.replaceChildren(...facts(this.#card, row).flatMap(fact));
    const attributes = Object.entries(row.attributes).filter(
      ([name]) => name !== "stranger_id",
    );
    this.#more.replaceChildren(
      ...attributes.map(([name, value]) => this.#attribute(name, value)).flatMap(fact),
    );
    this.#attributes.hidden = !attributes.length;
    this.update();
  }

  /**
   * @param {string} name
   * @param {unknown} value
   * @returns {Fact}
   */
  #attribute(name, value) {
    const { texts } = this.#card;
    const label = KNOWN.has(name)
      ? texts(`card.attribute_${name}`)
      : name.replaceAll("_", " ");
    const word = value === true ? "yes" : value === false ? "no" : String(value);
    return [label, WORDS.has(word) ? texts(`card.value_${word.replace("-", "_")}`) : word];
  }

  /** @param {Entry} row */
  #showPictures(row) {
    const { feed, texts } = this.#card;
    const found = PICTURES.map(([kind, width]) => ({
      kind,
      path: feed.pictureOf(row, kind, width),
    })).filter(({ path }) => path);
    const paths = JSON.stringify([row.key, found]);
    if (paths === this.#paths) {
      return;
    }
    this.#paths = paths;
    for (const image of this.#pictures.querySelectorAll("img")) {
      image.removeAttribute("src");
    }
    const name = nameOf(row, texts);
    const figures = found.map(({ kind, path }) =>
      figure(kind, texts(`card.${kind}`), name, path ?? ""),
    );
    const box = feed.boxOf(row.entry_id);
    const words = texts(box && !box.pictures ? "card.pictures_off" : "card.no_picture");
    const none = element("p", { className: "none" }, icon("image-off-outline"), words);
    this.#pictures.replaceChildren(...(figures.length ? figures : [none]));
  }

  #index() {
    return this.#card.feed.rows.findIndex((row) => row.key === this.#row?.key);
  }

  /** @param {1 | -1} by */
  async #step(by) {
    const { feed } = this.#card;
    const from = this.#row;
    if (by > 0 && this.#index() === feed.rows.length - 1) {
      await feed.loadMore();
    }
    const row = feed.rows[this.#index() + by];
    // The user may have gone elsewhere in the meantime.
    if (row && from === this.#row && this.element.open) {
      this.#show(row);
    }
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    // Home Assistant has shortcuts of its own.
    event.stopPropagation();
    const isFromRight = getComputedStyle(this.element).direction === "rtl";
    if (event.key === "ArrowRight") {
      void this.#step(isFromRight ? -1 : 1);
    } else if (event.key === "ArrowLeft") {
      void this.#step(isFromRight ? 1 : -1);
    }
  }

  #closed() {
    const key = this.#row?.key ?? "";
    this.#row = null;
    this.#paths = "";
    for (const image of this.#pictures.querySelectorAll("img")) {
      image.removeAttribute("src");
    }
    this.#pictures.replaceChildren();
    this.#onClose(key);
  }
}

/** @typedef {[label: string, value: string]} Fact */

/**
 * Return what is known about a recognition.
 *
 * @param {Card} card
 * @param {Entry} row
 * @returns {Fact[]}
 */
function facts({ feed, texts, times }, row) {
  const box = feed.boxOf(row.entry_id);
  const threshold = row.threshold;
  const score =
    row.score === null || threshold === null
      ? row.score
      : texts("card.of_threshold", { score: String(row.score), threshold });
  /** @type {[string, string | number | null | false | undefined][]} */
  const all = [
    ["place", row.place],
    ["moment", times.moment(row.at)],
    ["box", feed.boxes.length > 1 && box?.title],
    ["group", row.group_name],
    ["score", score],
    ["identity_id", row.identity_id],
    ["stranger_id", row.stranger_id],
    ["note", row.kind === "recovered" && texts("card.recovered_note")],
    ["note", row.simulated && texts("card.simulated_note")],
  ];
  return all.flatMap(([key, value]) =>
    value === null || value === undefined || value === false || value === ""
      ? []
      : [/** @type {Fact} */ ([texts(`card.${key}`), String(value)])],
  );
}

/** @param {Fact} fact */
function fact([label, value]) {
  return [
    element("dt", {}, label),
    element("dd", {}, element("bdi", {}, value)),
  ];
}

/**
 * @param {string} kind
 * @param {string} caption
 * @param {string} name
 * @param {string} path
 */
function figure(kind, caption, name, path) {
  const image = element("img", { alt: `${caption}: ${name}`, decoding: "async" });
  image.addEventListener("error", () => {
    image.replaceWith(icon("image-off-outline"));
  });
  image.src = path;
  const frame = element("div", { className: "frame" }, image);
  return element("figure", { dataset: { kind } }, frame, element("figcaption", {}, caption));
}

/**
 * @param {string} name
 * @param {string} label
 * @param {() => void} action
 */
function stepButton(name, label, action) {
  const button = element(
    "button",
    { className: "round", type: "button", ariaLabel: label, title: label },
    icon(name),
  );
  button.addEventListener("click", action);
  return button;
}
