// Recognitions in order: merged by key, newest first, by day, and what is in sight.

/** @import { Row } from "./types" */

/** @typedef {Row & {at: number}} Entry A recognition and its moment in milliseconds. */

/** The most rows that are kept. */
export const MOST_ROWS = 10_000;
/** The most tiles in the document. */
export const MOST_TILES = 180;

// Every offset from UTC is a multiple of a quarter hour.
const QUARTER_HOUR_MS = 900_000;

/** Recognitions by key, newest first. */
export class Rows {
  /** @type {Entry[]} */
  list = [];
  /** @type {Map<string, Entry>} */
  #byKey = new Map();

  /** @param {string} key */
  get(key) {
    return this.#byKey.get(key);
  }

  /**
   * Add rows, or renew those that are there.
   *
   * @param {readonly Row[]} rows
   */
  add(rows) {
    for (const row of rows) {
      const known = this.#byKey.get(row.key);
      if (known === undefined) {
        this.#insert({ ...row, at: Date.parse(row.occurred_at) || 0 });
      } else {
        this.#renew(known, row);
      }
    }
    for (const { key } of this.list.splice(MOST_ROWS)) {
      this.#byKey.delete(key);
    }
  }

  /** @param {Entry} entry */
  #insert(entry) {
    this.#byKey.set(entry.key, entry);
    this.list.splice(placeOf(this.list, entry), 0, entry);
  }

  /**
   * @param {Entry} known
   * @param {Row} row
   */
  #renew(known, row) {
    // The history does not say how Home Assistant learned of it. A place in the list
    // that was shown once stays.
    const kind = row.kind === "recorded" ? known.kind : row.kind;
    const entry = { ...row, kind, occurred_at: known.occurred_at, at: known.at };
    this.#byKey.set(row.key, entry);
    this.list[this.list.indexOf(known)] = entry;
  }
}

/**
 * Return where an entry belongs in a list, newest first.
 *
 * @param {readonly Entry[]} list
 * @param {Entry} entry
 */
function placeOf(list, entry) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle].at > entry.at) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/**
 * Return the rows that may be shown while somebody reads further below.
 *
 * What came in the meantime would move what they read, so it is held. What was paged in
 * is below.
 *
 * @param {readonly Entry[]} rows
 * @param {readonly Entry[]} shown
 */
export function withoutNew(rows, shown) {
  const keys = new Set(shown.map((row) => row.key));
  const oldest = shown.length ? shown[shown.length - 1].at : Infinity;
  return rows.filter((row) => keys.has(row.key) || row.at < oldest);
}

/**
 * Return a function that names the day of a moment in a time zone, as 2026-11-30.
 *
 * @param {string | undefined} timeZone
 */
export function dayNamer(timeZone) {
  // Of all locales, this one writes a date as ISO 8601 does.
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  /** @type {Map<number, string>} */
  const days = new Map();
  return (/** @type {number} */ at) => {
    // To format each of 10,000 moments would take too long.
    const quarter = Math.floor(at / QUARTER_HOUR_MS);
    let day = days.get(quarter);
    if (day === undefined) {
      day = format.format(at);
      days.set(quarter, day);
    }
    return day;
  };
}

/**
 * @typedef {object} Day
 * @property {string} day The date.
 * @property {number} first Index of its first row.
 * @property {number} end Index after its last row.
 * @property {number} top In pixels.
 * @property {number} height In pixels, with the header.
 */

/**
 * @typedef {object} Measures
 * @property {number} columns
 * @property {number} header Height of the header of a day, in pixels.
 * @property {number} line Height of a line of tiles, in pixels.
 */

/**
 * Group rows, newest first, by day, and place the days below each other.
 *
 * @param {readonly Entry[]} rows
 * @param {(at: number) => string} dayOf
 * @param {Measures} measures
 */
export function layOut(rows, dayOf, measures) {
  /** @type {Day[]} */
  const days = [];
  for (const [index, row] of rows.entries()) {
    const day = dayOf(row.at);
    const last = days[days.length - 1];
    if (last?.day === day) {
      last.end = index + 1;
    } else {
      days.push({ day, first: index, end: index + 1, top: 0, height: 0 });
    }
  }
  let top = 0;
  for (const day of days) {
    const lines = Math.ceil((day.end - day.first) / measures.columns);
    day.top = top;
    day.height = measures.header + lines * measures.line;
    top += day.height;
  }
  return days;
}

/**
 * Return where the tile of a row is, in pixels from the top of its day.
 *
 * @param {Day} day
 * @param {number} index
 * @param {Measures} measures
 */
export function topInDay(day, index, measures) {
  const line = Math.floor((index - day.first) / measures.columns);
  return measures.header + line * measures.line;
}

/**
 * Return the days in sight, each with its rows in sight.
 *
 * @param {readonly Day[]} days
 * @param {Measures} measures
 * @param {number} from Upper end of what is in sight, in pixels.
 * @param {number} to
 */
export function inSight(days, measures, from, to) {
  const { columns, header, line } = measures;
  const found = [];
  let left = MOST_TILES;
  for (const day of days) {
    if (day.top + day.height <= from || day.top >= to) {
      continue;
    }
    const above = Math.floor((from - day.top - header) / line);
    const below = Math.ceil((to - day.top - header) / line);
    const first = day.first + Math.max(0, above) * columns;
    const end = Math.min(day.end, day.first + Math.max(0, below) * columns, first + left);
    left -= Math.max(0, end - first);
    found.push({ day, first, end: Math.max(first, end) });
  }
  return found;
}

/**
 * Return the index of the row one line below.
 *
 * @param {readonly Day[]} days
 * @param {number} at
 * @param {number} columns
 */
export function below(days, at, columns) {
  const place = days.findIndex((day) => at < day.end);
  const { first, end } = days[place];
  if (at + columns < end) {
    return at + columns;
  }
  const lastLine = first + Math.floor((end - 1 - first) / columns) * columns;
  if (at < lastLine || place === days.length - 1) {
    return end - 1;
  }
  return Math.min(end + ((at - first) % columns), days[place + 1].end - 1);
}

/**
 * Return the index of the row one line above.
 *
 * @param {readonly Day[]} days
 * @param {number} at
 * @param {number} columns
 */
export function above(days, at, columns) {
  const place = days.findIndex((day) => at < day.end);
  const { first } = days[place];
  if (at - columns >= first || place === 0) {
    return Math.max(at - columns, 0);
  }
  const upper = days[place - 1];
  const lastLine =
    upper.first + Math.floor((upper.end - 1 - upper.first) / columns) * columns;
  return Math.min(lastLine + ((at - first) % columns), upper.end - 1);
}
