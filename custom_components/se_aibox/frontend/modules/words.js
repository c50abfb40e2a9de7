// What a recognition is called, and when it was.

/** @import { Card } from "./faces-card.js" */
/** @import { Hass, Row, Texts } from "./types" */
/** @import { Entry } from "./rows.js" */
import { ago, dayAndTime, dayName, timeOfDay } from "./texts.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * @param {Pick<Row, "name" | "identity_id" | "matched">} row
 * @param {Texts} texts
 */
export function nameOf({ name, identity_id, matched }, texts) {
  if (name) return name;
  return matched && identity_id
    ? texts("card.unnamed", { identity_id })
    : texts("card.stranger");
}

/**
 * @param {Row} row
 * @param {Texts} texts
 */
export function typeOf({ person_type }, texts) {
  return texts(`card.type_${person_type}`);
}

/**
 * @param {Card} card
 * @param {Entry} row
 */
export function sentence({ texts, times, config }, row) {
  const parts = [
    nameOf(row, texts),
    row.place,
    typeOf(row, texts),
    times.clock(row.at),
    times.ago(row.at),
    row.kind === "recovered" && texts("card.recovered"),
    row.simulated && texts("card.simulated"),
    config.show_score && row.score !== null && `${texts("card.score")} ${row.score}`,
  ];
  return parts.filter(Boolean).join(", ");
}

export class Times {
  #hass;

  /** @param {Hass} hass */
  constructor(hass) {
    this.#hass = hass;
  }

  /** @param {number} at as a time of day */
  clock(at) {
    return timeOfDay(this.#hass, new Date(at));
  }

  /** @param {number} at as a day and a time of day */
  moment(at) {
    return dayAndTime(this.#hass, new Date(at));
  }

  /** @param {number} at as "today", "yesterday", or a day with its weekday */
  dayName(at) {
    return dayName(this.#hass, new Date(at));
  }

  /**
   * Return how long ago a moment was; nothing where the time of day says more.
   *
   * @param {number} at
   */
  ago(at) {
    const passed = Date.now() - at;
    if (passed >= HOUR_MS) return "";
    const time = new Date(at);
    // Seconds would change while one reads.
    return ago(this.#hass, time, passed < MINUTE_MS ? time : new Date());
  }
}
