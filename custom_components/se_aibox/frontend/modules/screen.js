// What the modes `now`, `doors` and `inside` share.

/** @import { Card } from "./faces-card.js" */
/** @import { Entry } from "./rows.js" */
import { DoorDialog } from "./door.js";
import { element, replaceChildren } from "./dom.js";
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
  #lost = element("div", { className: "lost", role: "status" });
  // Read aloud, never in sight.
  #aloud = element("p", { className: "aloud", role: "status" });
  #timer;

  /**
   * @param {Card} card
   * @param {string} className
   * @param {...HTMLElement} parts
   */
  constructor(card, className, ...parts) {
    this.card = card;
    this.dialog = new DoorDialog(card);
    const all = [this.#lost, ...parts, this.#aloud];
    this.element
      .attachShadow({ mode: "open" })
      .append(
        element("style", {}, STYLE),
        element("div", { className }, ...all),
        this.dialog.element,
      );
    // Times pass, also while nobody comes.
    this.#timer = setInterval(() => this.update(), REFRESH_MS);
  }

  update() {
    const { feed, hass, texts } = this.card;
    const words = [
      awayOf(this.card),
      feed.error && texts("dashboard.not_loaded", { error: feed.error.message }),
    ];
    const said = words.filter(Boolean).join(" ");
    const text = hass.connected ? said : texts("dashboard.lost");
    if (this.#lost.textContent !== text) {
      const parts = [icon("alert-circle-outline"), element("span", {}, text)];
      replaceChildren(this.#lost, text ? parts : null);
    }
  }

  /** @param {Entry} row */
  announce(row) {
    this.#aloud.textContent = sentence(this.card, row);
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
   * @param {{ at: number, name: string, type: string, since?: string }} last
   * @param {...(Node | null)} others
   */
  words({ at, name, type, since }, ...others) {
    const { texts, times } = this.card;
    const word = texts(`card.type_${type}`);
    return element(
      "div",
      { className: "words" },
      // A stranger's name says it.
      word !== name && element("p", { className: "type" }, typeIcon(type), word),
      element("p", { className: "name" }, element("bdi", {}, name)),
      others,
      element(
        "p",
        { className: "when" },
        element("time", {}, since ?? times.clock(at)),
        element("span", { className: "ago" }),
      ),
    );
  }
}

/**
 * Make a frame with a face, or with a sign that there is none to see.
 *
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
    ? element("button", { type: "button", ariaLabel: name, onclick: open })
    : element("span");
  made.className = "face";
  made.append(sign, ...(path ? [image] : []));
  return made;
}
