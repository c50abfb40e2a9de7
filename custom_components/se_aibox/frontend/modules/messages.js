// What a card says where it has nothing to show, or where something is missing.

/** @import { ActionError, Card } from "./types" */
import { doorsOf } from "./config.js";
import { element } from "./dom.js";
import { icon, textButton } from "./icons.js";

const SKELETON = 6;
/** Texts by the code of an error. @type {Readonly<Record<string, string>>} */
const ERRORS = { unknown_command: "card.not_loaded", unauthorized: "card.no_right" };

/** Return the outlines of tiles, for the first moment. */
export function skeleton() {
  const tiles = Array.from({ length: SKELETON }, () => element("div"));
  return element("div", { className: "skeleton", ariaHidden: "true" }, tiles);
}

/**
 * @param {Card} card
 * @param {boolean} isTimeline
 * @param {(() => void) | null} clear Ends the filter.
 */
export function messageFor({ config, hass, feed, texts }, isTimeline, clear) {
  // In an alarm, nobody waits for the histories of boxes.
  if (config.mode === "roll_call") return null;
  const { error } = feed;
  if (error && !feed.isReady) {
    const words = texts(ERRORS[error.code] ?? "card.error", { error: error.message });
    const retry = textButton(texts("card.retry"), () => feed.start());
    return said("alert-circle-outline", words, retry);
  }
  if (!feed.isKnown) return skeleton();
  if (!feed.boxes.length) {
    const key = hass.user?.is_admin ? "card.no_box" : "card.no_right";
    return said("face-recognition", texts(key));
  }
  if (!isTimeline || feed.rows.length || !feed.isComplete) return null;
  return clear
    ? said(
        "filter-variant",
        texts("card.nothing_fits"),
        textButton(texts("card.show_all"), clear),
      )
    : said("face-recognition", texts("card.nothing_yet"));
}

/**
 * @param {string} name
 * @param {string} words
 * @param {Node} [button]
 */
function said(name, words, button) {
  const parts = [icon(name), element("p", {}, words), button];
  return element("div", { className: "said", role: "status" }, parts);
}

/** @param {Card} card */
export function awayOf({ feed, texts, config }) {
  const shown = new Set(doorsOf(config, feed).map((door) => door.entry_id));
  const away = feed.boxes.filter((box) => !box.connected && shown.has(box.entry_id));
  return away.length > 0 && texts("card.away", { boxes: titles(away) });
}

/** @param {Card} card */
export function noticeFor(card) {
  const { feed, texts } = card;
  const silent = feed.silent.filter((box) => feed.boxOf(box.entry_id)?.connected);
  const words = [
    awayOf(card),
    silent.length > 0 && texts("card.silent", { boxes: titles(silent) }),
  ];
  const text = words.filter(Boolean).join(" ");
  return text && [icon("alert-circle-outline"), element("p", {}, text)];
}

/** @param {readonly {title: string}[]} boxes */
function titles(boxes) {
  // Each name keeps its own direction.
  return boxes.map((box) => `\u2068${box.title}\u2069`).join(", ");
}

/**
 * @param {Card["hass"]} hass
 * @param {unknown} error
 * @returns {Promise<string | undefined>}
 */
export async function reasonOf(hass, error) {
  /** @type {ActionError} */
  const { message, translation_domain: domain, ...words } = error ?? {};
  if (!domain) return message;
  const localize = await hass.loadBackendTranslation("exceptions", domain);
  const key = `component.${domain}.exceptions.${words.translation_key}.message`;
  return localize(key, words.translation_placeholders) || message;
}
