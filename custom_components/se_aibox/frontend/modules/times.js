// Times as the user reads them.

/** @import { Hass } from "./types" */

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
// Every offset from UTC is a multiple of a quarter hour.
const QUARTER_HOUR_MS = 900_000;

/** Moments are in milliseconds. */
export class Times {
  // To make one of these takes far longer than to use it.
  #clock;
  #moment;
  #weekday;
  #day;
  #relative;
  /** @type {Map<number, string>} By quarter hour. */
  #days = new Map();

  /** @param {Pick<Hass, "config" | "locale">} hass */
  constructor({ config, locale }) {
    const { language, time_zone: zone } = locale;
    const timeZone = zone === "local" ? undefined : config.time_zone;
    const format = (/** @type {Intl.DateTimeFormatOptions} */ parts, name = language) =>
      new Intl.DateTimeFormat(name, { ...parts, timeZone });
    const date = /** @type {const} */ ({ month: "long", day: "numeric" });
    const clock = /** @type {const} */ ({
      hour: "numeric",
      minute: "2-digit",
      // Not `hour12: false`, which some languages write as 24:05.
      hourCycle: hasTwelveHours(locale) ? "h12" : "h23",
    });
    this.#clock = format(clock);
    this.#moment = format({ year: "numeric", ...date, ...clock, second: "2-digit" });
    this.#weekday = format({ weekday: "long", ...date });
    // This language writes dates as ISO 8601 does.
    this.#day = format({}, "en-CA");
    this.#relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  }

  /** @param {number} at as a time of day */
  clock(at) {
    return this.#clock.format(at);
  }

  /** @param {number} at as a day and a time of day */
  moment(at) {
    return this.#moment.format(at);
  }

  /** @param {number} at as the local day, such as `2026-11-30` */
  dayKey(at) {
    // To format each of 10,000 moments would take too long.
    const quarter = Math.floor(at / QUARTER_HOUR_MS);
    const day = this.#days.get(quarter) ?? this.#day.format(at);
    this.#days.set(quarter, day);
    return day;
  }

  /** @param {number} at as "today", "yesterday", or a day with its weekday */
  dayName(at, now = Date.now()) {
    const days = (Date.parse(this.dayKey(at)) - Date.parse(this.dayKey(now))) / DAY_MS;
    return days === 0 || days === -1
      ? this.#relative.format(days, "day")
      : this.#weekday.format(at);
  }

  /**
   * Return how long ago a moment was; nothing where the time of day says more.
   *
   * @param {number} at
   */
  ago(at, now = Date.now()) {
    const passed = now - at;
    if (passed >= HOUR_MS) return "";
    const minutes = Math.floor(passed / MINUTE_MS);
    // Seconds would change while one reads.
    return minutes > 0
      ? this.#relative.format(-minutes, "minute")
      : this.#relative.format(0, "second");
  }
}

/**
 * @param {Hass["locale"]} locale
 */
function hasTwelveHours({ language, time_format: format }) {
  if (format === "12" || format === "24") return format === "12";
  // `system` means the browser's language.
  const locale = format === "system" ? undefined : language;
  return new Intl.DateTimeFormat(locale, { hour: "numeric" }).resolvedOptions().hour12;
}
