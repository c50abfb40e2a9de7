/**
 * What the modes `now` and `doors` share: faces, lost connections and times.
 *
 * @import {Card} from "./faces-card.js"
 */
import { element, replaceChildren } from "./dom.js";
import { icon, typeIcon } from "./icons.js";
import { STYLE } from "./screen-style.js";

const REFRESH_MS = 5_000;

/** Refreshes a view, so that its times are right. */
export class Clock {
  #timer;

  /** @param {() => void} refresh */
  constructor(refresh) {
    this.#timer = setInterval(refresh, REFRESH_MS);
  }

  stop() {
    clearInterval(this.#timer);
  }
}

/**
 * Make the element of a view, whose style is its own.
 *
 * @param {...(HTMLElement)} children
 */
export function screenOf(...children) {
  const screen = element("div", { className: "screen" });
  const style = element("style", {}, STYLE);
  screen.attachShadow({ mode: "open" }).append(style, ...children);
  return screen;
}

/**
 * Return how long ago somebody came, or on which day.
 *
 * @param {Card} card
 * @param {number} at
 */
export function agoOf({ times }, at) {
  return times.ago(at) || times.dayName(at);
}

/**
 * Say the type of a person, unless the name says it.
 *
 * @param {{person_type: string}} row
 * @param {string} name
 * @param {Card["texts"]} texts
 */
export function typeLine({ person_type: type }, name, texts) {
  const word = texts(`card.type_${type}`);
  return word === name
    ? null
    : element("p", { className: "type" }, typeIcon(type), element("span", {}, word));
}

/**
 * Make a frame with a face, or with a sign that there is none to see.
 *
 * @param {string | null | undefined} path
 * @param {string} name Empty where it stands beside.
 * @param {() => void} [open]
 */
export function faceOf(path, name, open) {
  const sign = icon(path ? "account" : "image-off-outline");
  const image = path ? picture(path, open ? "" : name, sign) : null;
  if (!open) {
    return element("span", { className: "face" }, sign, image);
  }
  const button = { type: "button", className: "face", ariaLabel: name, onclick: open };
  return element("button", button, sign, image);
}

/**
 * @param {string} path
 * @param {string} alt
 * @param {Element} sign What is there until the picture is.
 */
function picture(path, alt, sign) {
  const image = element("img", {
    alt,
    decoding: "async",
    draggable: false,
    // Only a picture in sight is asked for.
    loading: "lazy",
    onload: () => {
      sign.remove();
      const ratio = image.naturalWidth / image.naturalHeight || 1;
      image.style.setProperty("--ratio", String(ratio));
    },
    onerror: () => image.remove(),
  });
  image.src = path;
  return image;
}

/**
 * Say which connections are lost; nothing while all is well.
 *
 * @param {Card} card
 * @param {HTMLElement} where
 */
export function showLost({ feed, hass, texts }, where) {
  const boxes = feed.boxes.filter(({ connected }) => !connected);
  const words = boxes.map(({ title }) => texts("dashboard.box_lost", { box: title }));
  if (feed.error) {
    words.push(texts("dashboard.not_loaded", { error: feed.error.message }));
  }
  const text = hass.connected ? words.join(" ") : texts("dashboard.lost");
  if ((where.dataset.text ?? "") !== text) {
    where.dataset.text = text;
    const said = [icon("alert-circle-outline"), element("span", {}, text)];
    replaceChildren(where, text ? said : null);
  }
}
