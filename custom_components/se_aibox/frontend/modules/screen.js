// What all modes but the timeline share.

/** @import { Card, Child, Entry, Said } from "./types" */
import { DoorDialog } from "./door.js";
import { element, renew } from "./dom.js";
import { icon, typeIcon } from "./icons.js";
import { awayOf } from "./messages.js";
import { STYLE } from "./screen-style.js";
import { sentence } from "./words.js";

const REFRESH_MS = 5_000;

/** A screen at a door, which says who comes and which connections are lost. */
export class ScreenView {
  card;
  dialog;
  element = element("div", { className: "screen" });
  #parts;
  #lost = element("div", { className: "lost", role: "status" });
  // Read aloud, never in sight.
  #aloud = element("p", { className: "aloud", role: "status" });
  #timer;

  /**
   * @param {Card} card
   * @param {string} className
   */
  constructor(card, className) {
    this.card = card;
    this.dialog = new DoorDialog(card);
    this.#parts = element("div", { className }, this.#aloud, this.#lost);
    this.element
      .attachShadow({ mode: "open" })
      .append(element("style", {}, STYLE), this.#parts, this.dialog.element);
    // Times pass, also while nobody comes.
    this.#timer = setInterval(() => this.update(), REFRESH_MS);
  }

  /** @param {...HTMLElement} parts */
  append(...parts) {
    this.#parts.append(...parts);
  }

  update() {
    const { feed, hass, texts } = this.card;
    const words = [
      awayOf(this.card),
      feed.error && texts("dashboard.not_loaded", { error: feed.error.message }),
    ];
    const said = words.filter(Boolean).join(" ");
    const text = hass.connected ? said : texts("dashboard.lost");
    renew(this.#lost, text, () =>
      text ? [icon("alert-circle-outline"), element("span", {}, text)] : [],
    );
  }

  /** @param {Entry} row */
  announce(row) {
    this.say(sentence(this.card, row));
  }

  /** @param {string} text */
  say(text) {
    this.#aloud.textContent = text;
  }

  dispose() {
    clearInterval(this.#timer);
    this.dialog.close();
  }

  /**
   * @param {Element} where
   * @param {number | undefined} at
   */
  tellAgo(where, at = 0) {
    const { times } = this.card;
    const ago = where.querySelector(".ago");
    if (ago) ago.textContent = times.ago(at) || times.dayName(at);
  }

  /**
   * @param {Said} last
   * @param {...Child} others
   */
  words({ at, name, type, said }, ...others) {
    const { texts, times } = this.card;
    const word = type ? texts(`card.type_${type}`) : name;
    return element(
      "span",
      { className: "words" },
      // A stranger's name says it.
      word !== name && element("span", { className: "type" }, typeIcon(type), word),
      element("span", { className: "name" }, element("bdi", {}, name)),
      others,
      element(
        "span",
        { className: "when" },
        element("time", {}, said ?? times.clock(at)),
        element("span", { className: "ago" }),
      ),
    );
  }
}

/**
 * @param {string | null} path
 * @param {string} name Empty where it stands beside.
 * @param {() => void} [open]
 * @param {"eager" | "lazy"} [loading] Lazy, only a picture in sight is asked for.
 */
export function faceOf(path, name, open, loading = "lazy") {
  const sign = icon(path ? "account" : "image-off-outline");
  const image = element("img", {
    alt: open ? "" : name,
    decoding: "async",
    draggable: false,
    loading,
    onload: () => {
      sign.remove();
      const ratio = image.naturalWidth / image.naturalHeight || 1;
      image.style.setProperty("--ratio", String(ratio));
    },
    onerror: () => image.remove(),
  });
  if (path) image.src = path;
  const made = open
    ? element("button", { ariaLabel: name, onclick: open })
    : element("span");
  made.className = "face";
  made.append(sign, ...(path ? [image] : []));
  return made;
}
