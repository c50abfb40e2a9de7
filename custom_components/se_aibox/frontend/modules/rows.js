// Recognitions in order: merged by key, newest first, by day, and what is in sight.

/** @import { Day, Entry, Line, Row } from "./types" */

export const MOST_ROWS = 10_000;
/** In pixels, as in the style. */
export const HEADER = 44;
export const LINE = 88;

const MOST_TILES = 180;

/** Recognitions by key, newest first. */
export class Rows {
  /** @type {readonly Entry[]} Another list after each change. */
  list = [];
  /** @type {Map<string, Entry>} */
  #byKey = new Map();

  /** @param {string} key */
  get(key) {
    return this.#byKey.get(key);
  }

  /**
   * @param {readonly Row[]} rows
   */
  add(rows) {
    const list = [...this.list];
    for (const row of rows) {
      const known = this.#byKey.get(row.key);
      const entry = { ...row, at: Date.parse(row.occurred_at) || 0 };
      if (known) {
        // A history does not say how Home Assistant learned of it.
        if (row.kind === "recorded") entry.kind = known.kind;
        // What was shown once keeps its place.
        entry.at = known.at;
        list[list.indexOf(known)] = entry;
      } else {
        list.splice(placeOf(list, entry.at), 0, entry);
      }
      this.#byKey.set(row.key, entry);
    }
    for (const { key } of list.splice(MOST_ROWS)) this.#byKey.delete(key);
    this.list = list;
  }
}

/**
 * @param {readonly Entry[]} list
 * @param {number} at
 */
function placeOf(list, at) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle].at > at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * What came in the meantime would move what somebody reads.
 *
 * @param {readonly Entry[]} rows
 * @param {readonly Entry[]} shown
 */
export function withoutNew(rows, shown) {
  const keys = new Set(shown.map((row) => row.key));
  const oldest = shown.at(-1)?.at ?? Infinity;
  return rows.filter((row) => keys.has(row.key) || row.at < oldest);
}

/**
 * Place rows, newest first, in the lines of their days.
 *
 * @param {readonly Entry[]} rows
 * @param {number} columns
 * @param {(at: number) => string} dayOf
 */
export function layOut(rows, columns, dayOf) {
  /** @type {Line[]} */
  const lines = [];
  /** @type {Day | undefined} */
  let day;
  for (const [index, { at }] of rows.entries()) {
    const name = dayOf(at);
    if (day?.day !== name) {
      const top = day ? day.top + day.height : 0;
      day = { day: name, first: index, end: index, top, height: HEADER };
    }
    if ((index - day.first) % columns === 0) {
      lines.push({ day, first: index, end: index, top: day.top + day.height });
      day.height += LINE;
    }
    day.end = index + 1;
    lines[lines.length - 1].end = index + 1;
  }
  return lines;
}

/**
 * @param {readonly Line[]} lines
 * @param {number} columns
 * @param {number} from Upper end of what is in sight, in pixels.
 * @param {number} to
 */
export function inSight(lines, columns, from, to) {
  const found = lines.filter(({ top }) => top + LINE > from && top < to);
  return found.slice(0, Math.floor(MOST_TILES / columns));
}

/**
 * @param {readonly Line[]} lines
 * @param {number} index
 * @param {number} by
 */
export function stepLines(lines, index, by) {
  const at = lines.findIndex(({ end }) => index < end);
  const line = lines[Math.max(0, Math.min(at + by, lines.length - 1))];
  return Math.min(line.first + index - lines[at].first, line.end - 1);
}
