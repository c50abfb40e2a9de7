// What a card says where it has nothing to show, or where something is missing.

/** @import { Card } from "./faces-card.js" */
import { element } from "./dom.js";
import { icon } from "./icons.js";

const SKELETON = 6;

/** Return the outlines of tiles, for the first moment. */
export function skeleton() {
  const tiles = Array.from({ length: SKELETON }, () => element("div", {}));
  return element("div", { className: "skeleton", ariaHidden: "true" }, ...tiles);
}

/**
 * Return what is said in place of the view, or null.
 *
 * @param {Card} card
 * @param {boolean} isTimeline
 * @param {boolean} isFiltered
 * @param {() => void} clear Ends the filter.
 */
export function messageFor({ hass, feed, texts }, isTimeline, isFiltered, clear) {
  if (feed.error && !feed.isReady) {
    const key = ERRORS[feed.error.code] ?? "card.error";
    const words = texts(key, { error: feed.error.message });
    return said("alert-circle-outline", words, texts("card.retry"), () => feed.start());
  }
  if (!feed.isKnown) return skeleton();
  if (!feed.boxes.length) {
    const key = hass.user?.is_admin ? "card.no_box" : "card.no_right";
    return said("face-recognition", texts(key));
  }
  if (!isTimeline || feed.rows.length || !feed.isComplete) return null;
  return isFiltered
    ? said("filter-variant", texts("card.nothing_fits"), texts("card.show_all"), clear)
    : said("face-recognition", texts("card.nothing_yet"));
}

/** Texts by the code of an error. @type {Readonly<Record<string, string>>} */
const ERRORS = {
  unknown_command: "card.not_loaded",
  unauthorized: "card.no_right",
};

/**
 * @param {string} name
 * @param {string} words
 * @param {string} [label]
 * @param {() => void} [action]
 */
function said(name, words, label, action) {
  const made = element("div", { className: "said", role: "status" }, icon(name));
  made.append(element("p", {}, words));
  if (label && action) {
    const button = element("button", { className: "text", type: "button" }, label);
    button.addEventListener("click", action);
    made.append(button);
  }
  return made;
}

/**
 * Return what is missing in the list, or null.
 *
 * @param {Card} card
 */
export function noticeFor({ feed, texts }) {
  const away = feed.boxes.filter((box) => !box.connected);
  const isAway = new Set(away.map((box) => box.entry_id));
  const silent = feed.silent.filter((box) => !isAway.has(box.entry_id));
  const lines = [
    away.length > 0 && texts("card.away", { boxes: titles(away) }),
    silent.length > 0 && texts("card.silent", { boxes: titles(silent) }),
  ].filter((line) => line !== false);
  return lines.length ? [icon("alert-circle-outline"), element("p", {}, lines.join(" "))] : null;
}

/** @param {readonly {title: string}[]} boxes */
function titles(boxes) {
  // Names of any direction, each on its own.
  return boxes.map((box) => `\u2068${box.title}\u2069`).join(", ");
}
