// The dialog with everything about one recognition.

/** @import { Card, Entry, Figure, PictureKind } from "./types" */
import { element, renew, replaceChildren } from "./dom.js";
import { icon, iconButton, textButton, typeIcon } from "./icons.js";
import { nameOf, typeOf } from "./words.js";

/** Widths on the screen, and captions. @type {[PictureKind, number, string][]} */
const PICTURES = [
  ["scene", 640, "card.scene"],
  ["face", 200, "card.face"],
  ["reference", 200, "card.reference"],
];

/** Shows a recognition, and by arrow keys its neighbors. */
export class Details {
  element;
  #card;
  #title = element("div", { className: "title", id: "details-title", ariaLive: "polite" });
  #pictures = element("div", { className: "pictures" });
  #who = element("div");
  #facts = element("dl");
  #more = element("dl");
  #attributes;
  #newer;
  #older;
  /** @type {Entry | null} */
  #row = null;

  /**
   * @param {Card} card
   * @param {(key: string) => void} onClose Gets the key of the row that was shown last.
   */
  constructor(card, onClose) {
    const { texts } = card;
    this.#card = card;
    this.#newer = iconButton("chevron-left", texts("card.newer_face"), () => this.#step(-1));
    this.#older = iconButton("chevron-right", texts("card.older_face"), () => this.#step(1));
    const close = iconButton("close", texts("card.close"), () => this.element.close());
    const summary = element("summary", {}, texts("card.attributes"));
    this.#attributes = element("details", {}, summary, this.#more);
    const content = [this.#pictures, this.#who, this.#facts, this.#attributes];
    this.element = element(
      "dialog",
      {
        className: "details",
        tabIndex: -1,
        "aria-labelledby": "details-title",
        onkeydown: (event) => this.#pressed(event),
        // The dialog itself is hit only beside what it contains.
        onclick: ({ target }) => {
          if (target === this.element) this.element.close();
        },
        onclose: () => {
          const key = this.#row?.key ?? "";
          this.#row = null;
          this.#showPictures(null);
          this.#askWho(null);
          onClose(key);
        },
      },
      element("header", {}, this.#title, this.#newer, this.#older, close),
      element("div", { className: "content" }, content),
    );
  }

  /** @param {Entry} row */
  open(row) {
    this.#show(row);
    if (!this.element.open) this.element.showModal();
  }

  /** Follow the feed: its pictures, and which rows are beside this one. */
  update() {
    if (!this.#row) return;
    const at = this.#index();
    const { rows, isComplete } = this.#card.feed;
    this.#newer.disabled = at <= 0;
    this.#older.disabled = at < 0 || (isComplete && at === rows.length - 1);
    // It may have been read again, with pictures.
    this.#row = rows[at] ?? this.#row;
    this.#showPictures(this.#row);
    this.#askWho(this.#row);
    // Arrow keys need the focus, also where what had it is gone or disabled.
    const dialog = this.element;
    if (!dialog.matches(":focus-within") || dialog.querySelector(":disabled:focus")) {
      dialog.focus();
    }
  }

  /** @param {Entry} row */
  #show(row) {
    const { texts } = this.#card;
    this.#row = row;
    this.element.dataset.type = row.person_type;
    replaceChildren(
      this.#title,
      element("bdi", { className: "name" }, nameOf(row, texts)),
      element("span", { className: "type" }, typeIcon(row.person_type), typeOf(row, texts)),
    );
    replaceChildren(this.#facts, factsOf(this.#card, row).flatMap(fact));
    const more = Object.entries(row.attributes)
      .filter(([name]) => name !== "stranger_id")
      .map(([name, value]) => [
        this.#say(name, `card.attribute_${name}`),
        this.#say(value, `card.value_${value}`),
      ]);
    replaceChildren(this.#more, more.flatMap(fact));
    this.#attributes.hidden = !more.length;
    this.update();
  }

  /**
   * Return what the box says in the user's language, or else in its own.
   *
   * @param {unknown} word
   * @param {string} key
   */
  #say(word, key) {
    const text = this.#card.texts(key);
    return text === key ? String(word).replaceAll("_", " ") : text;
  }

  /** @param {Entry | null} row */
  #showPictures(row) {
    const { feed, texts } = this.#card;
    const found = PICTURES.flatMap(([kind, width, caption]) => {
      const path = row && feed.pictureOf(row, kind, width);
      return path ? [{ kind, path, caption: texts(caption) }] : [];
    });
    const off = row && !feed.boxOf(row.entry_id)?.pictures;
    const words = texts(off ? "card.pictures_off" : "card.no_picture");
    renew(this.#pictures, [row?.key, off, found], () => {
      for (const image of this.#pictures.querySelectorAll("img")) image.removeAttribute("src");
      return row && found.length
        ? found.map((one) => figure(one, nameOf(row, texts)))
        : [element("p", { className: "none" }, icon("image-off-outline"), words)];
    });
  }

  /** @param {Entry | null} row */
  #askWho(row) {
    const { hass, texts } = this.#card;
    const isAsked = row?.person_type === "stranger" && hass.user?.is_admin;
    renew(this.#who, isAsked && row.key, () => {
      const ask = textButton(texts("card.who_is_this"), async () => {
        const { Who } = await import("./who.js");
        if (this.#row) new Who(this.#card, this.#row).replace(ask);
      });
      return [isAsked && ask];
    });
  }

  #index() {
    return this.#card.feed.rows.findIndex((row) => row.key === this.#row?.key);
  }

  /** @param {number} by */
  async #step(by) {
    const { feed } = this.#card;
    const from = this.#row;
    if (by > 0 && this.#index() === feed.rows.length - 1) await feed.loadMore();
    const row = feed.rows[this.#index() + by];
    // The user may have gone elsewhere in the meantime.
    if (row && from && from === this.#row) this.#show(row);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    // Home Assistant has shortcuts of its own.
    event.stopPropagation();
    const forward = getComputedStyle(this.element).direction === "rtl" ? -1 : 1;
    if (event.key === "ArrowRight") void this.#step(forward);
    if (event.key === "ArrowLeft") void this.#step(-forward);
  }
}

/**
 * @param {Card} card
 * @param {Entry} row
 */
function factsOf({ feed, texts, times }, row) {
  const { score, threshold } = row;
  const isRelative = score !== null && threshold !== null;
  /** @type {[string, unknown][]} */
  const all = [
    ["card.place", row.place],
    ["card.moment", times.moment(row.at)],
    ["card.box", feed.boxes.length > 1 && feed.boxOf(row.entry_id)?.title],
    ["card.group", row.group_name],
    ["card.score", isRelative ? texts("card.of_threshold", { score, threshold }) : score],
    ["card.identity_id", row.identity_id],
    ["card.stranger_id", row.stranger_id],
    ["card.recovered", row.kind === "recovered" && texts("card.recovered_note")],
    ["card.simulated", row.simulated && texts("card.simulated_note")],
  ];
  return all
    .filter(([, value]) => value || value === 0)
    .map(([key, value]) => [texts(key), String(value)]);
}

/** @param {string[]} fact */
function fact([label, value]) {
  return [element("dt", {}, label), element("dd", {}, element("bdi", {}, value))];
}

/**
 * @param {Figure} picture
 * @param {string} name
 */
function figure({ kind, path, caption }, name) {
  const image = element("img", {
    alt: `${caption}: ${name}`,
    onerror: () => image.replaceWith(icon("image-off-outline")),
    src: path,
  });
  const frame = element("div", { className: "frame" }, image);
  const words = element("figcaption", {}, caption);
  return element("figure", { dataset: { kind } }, frame, words);
}
