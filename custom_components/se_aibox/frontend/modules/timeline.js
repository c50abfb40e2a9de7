// The timeline: everybody who was recognized, newest first, by day.

/** @import { Card } from "./faces-card.js" */
/** @import { Day, Entry } from "./rows.js" */
import { element } from "./dom.js";
import { icon } from "./icons.js";
import { Pictures } from "./pictures.js";
import {
  MOST_ROWS,
  above,
  below,
  dayNamer,
  inSight,
  layOut,
  topInDay,
  withoutNew,
} from "./rows.js";
import { timeZone } from "./texts.js";
import { Tile } from "./tile.js";
import { nameOf } from "./words.js";

// In pixels, as in the style.
const HEADER = 44;
const LINE = 88;
const NARROWEST_TILE = 300;
const MOST_COLUMNS = 8;
// Rendered above and below what is in sight.
const MARGIN = 2 * LINE;
// Whoever scrolled no further than this looks at the newest.
const AT_TOP = 8;
// The next page loads before its place is in sight.
const EARLY = "600px";
const TICK_MS = 15_000;
const SAY_AFTER_MS = 1_000;
const MOVING_MS = 400;

/**
 * @typedef {object} Section A day in the document.
 * @property {HTMLElement} element
 * @property {HTMLElement} list
 * @property {HTMLElement} name
 */

/** Shows the rows of a feed in a list of which only what is in sight is rendered. */
export class TimelineView {
  element;
  #card;
  #scroller;
  #canvas;
  #foot;
  #newer;
  #status;
  #pictures = new Pictures();
  /** @type {readonly Entry[]} */
  #shown = [];
  /** @type {Day[]} */
  #days = [];
  /** @type {Map<string, Section>} By date. */
  #sections = new Map();
  /** @type {Map<string, Tile>} By key of the row. */
  #tiles = new Map();
  /** The row that the keyboard reaches. */
  #active = "";
  #dayOf;
  #measures = { columns: 1, header: HEADER, line: LINE };
  /** @type {Entry[]} */
  #unsaid = [];
  /** @type {Set<string>} Keys of rows that slide in. */
  #fresh = new Set();
  #timers = { tick: 0, say: 0, moving: 0 };
  #resizing = new ResizeObserver(() => this.#resize());
  #paging;

  /** @param {Card} card */
  constructor(card) {
    this.#card = card;
    this.#dayOf = dayNamer(timeZone(card.hass));
    this.#canvas = element("div", { className: "canvas" });
    this.#foot = element("div", { className: "foot" });
    this.#scroller = element(
      "div",
      { className: "scroller", tabIndex: -1 },
      this.#canvas,
      this.#foot,
    );
    this.#newer = element("button", { className: "newer", type: "button" });
    this.#newer.hidden = true;
    this.#status = element("div", { className: "unseen", role: "status" });
    const parts = [this.#scroller, this.#newer, this.#status];
    this.element = element("div", { className: "timeline" }, ...parts);
    this.#scroller.addEventListener("scroll", () => this.#scrolled(), {
      passive: true,
    });
    this.#scroller.addEventListener(
      "keydown",
      (/** @type {KeyboardEvent} */ event) => this.#pressed(event),
    );
    this.#newer.addEventListener("click", () => this.#toTop());
    this.#resizing.observe(this.#scroller);
    this.#paging = new IntersectionObserver(
      ([{ isIntersecting }]) => isIntersecting && void card.feed.loadMore(),
      { root: this.#scroller, rootMargin: EARLY },
    );
    this.#timers.tick = window.setInterval(() => this.#tell(), TICK_MS);
  }

  /** Show what the feed has now. */
  update() {
    const { feed } = this.#card;
    this.#pictures.keepOnly((entryId) =>
      feed.boxes.some((box) => box.entry_id === entryId && box.pictures),
    );
    const before = this.#shown;
    const isAtTop = this.#scroller.scrollTop <= AT_TOP;
    this.#shown = isAtTop ? [...feed.rows] : withoutNew(feed.rows, before);
    this.#slideIn(before);
    this.#layOut();
    this.#showNewer(feed.rows.length - this.#shown.length);
    this.#showFoot();
  }

  /**
   * Say a row that was just delivered to a screen reader.
   *
   * @param {Entry} row
   */
  announce(row) {
    this.#unsaid.push(row);
    window.clearTimeout(this.#timers.say);
    this.#timers.say = window.setTimeout(() => this.#say(), SAY_AFTER_MS);
  }

  /**
   * Put the focus on a row, and scroll to it.
   *
   * @param {string} key
   */
  focus(key) {
    const index = this.#shown.findIndex((row) => row.key === key);
    if (index >= 0) {
      this.#focusAt(index);
    }
  }

  /** Free what lives on outside the element. */
  dispose() {
    this.#resizing.disconnect();
    this.#paging.disconnect();
    this.#pictures.dispose();
    Object.values(this.#timers).forEach((timer) => window.clearTimeout(timer));
  }

  /** @param {readonly Entry[]} before */
  #slideIn(before) {
    this.#fresh.clear();
    if (!before.length || this.#shown.length <= before.length) {
      return;
    }
    const were = new Set(before.map((row) => row.key));
    for (const row of this.#shown) {
      if (row.kind !== "recorded" && !were.has(row.key)) {
        this.#fresh.add(row.key);
      }
    }
    if (this.#fresh.size) {
      // The others make room.
      this.#canvas.classList.add("moving");
      window.clearTimeout(this.#timers.moving);
      this.#timers.moving = window.setTimeout(
        () => this.#canvas.classList.remove("moving"),
        MOVING_MS,
      );
    }
  }

  #layOut() {
    this.#days = layOut(this.#shown, this.#dayOf, this.#measures);
    const last = this.#days[this.#days.length - 1];
    this.#canvas.style.height = `${last ? last.top + last.height : 0}px`;
    this.#render();
  }

  #render() {
    const { scrollTop, clientHeight } = this.#scroller;
    const [from, to] = [scrollTop - MARGIN, scrollTop + clientHeight + MARGIN];
    // A card that is not shown has no height.
    const found = clientHeight ? inSight(this.#days, this.#measures, from, to) : [];
    const rows = found.flatMap(({ first, end }) => this.#shown.slice(first, end));
    this.#removeOthers(rows, new Set(found.map(({ day }) => day.day)));
    if (!this.#shown.some((row) => row.key === this.#active)) {
      this.#active = this.#shown[0]?.key ?? "";
    }
    let following = this.#canvas.firstChild;
    for (const { day, first, end } of found) {
      const section = this.#section(day);
      following = putBefore(this.#canvas, section.element, following);
      this.#fill(section, day, first, end);
    }
  }

  /**
   * @param {readonly Entry[]} rows
   * @param {ReadonlySet<string>} days
   */
  #removeOthers(rows, days) {
    const keys = new Set(rows.map((row) => row.key));
    for (const [key, tile] of this.#tiles) {
      if (!keys.has(key)) {
        if (tile.element.matches(":focus-within")) {
          // The keyboard goes on from here.
          this.#scroller.focus({ preventScroll: true });
        }
        tile.leave(this.#pictures);
        this.#tiles.delete(key);
      }
    }
    for (const [day, section] of this.#sections) {
      if (!days.has(day)) {
        section.element.remove();
        this.#sections.delete(day);
      }
    }
  }

  /**
   * @param {Day} day
   * @returns {Section}
   */
  #section(day) {
    let section = this.#sections.get(day.day);
    if (!section) {
      const name = element("h3");
      const list = element("div", { role: "list" });
      section = { element: element("section", { className: "day" }, name, list), list, name };
      this.#sections.set(day.day, section);
      this.#tellDay(section, day);
    }
    section.element.style.top = `${day.top}px`;
    section.element.style.height = `${day.height}px`;
    return section;
  }

  /**
   * @param {Section} section
   * @param {Day} day
   * @param {number} first
   * @param {number} end
   */
  #fill({ list }, day, first, end) {
    const { columns } = this.#measures;
    let following = list.firstChild;
    for (let index = first; index < end; index += 1) {
      const tile = this.#tile(this.#shown[index]);
      following = putBefore(list, tile.element, following);
      const { style } = tile.element;
      style.top = `${topInDay(day, index, this.#measures)}px`;
      style.insetInlineStart = `${(100 * ((index - day.first) % columns)) / columns}%`;
      style.width = `${100 / columns}%`;
      tile.element.ariaPosInSet = String(index - day.first + 1);
      tile.element.ariaSetSize = String(day.end - day.first);
    }
  }

  /**
   * @param {Entry} row
   * @returns {Tile}
   */
  #tile(row) {
    let tile = this.#tiles.get(row.key);
    if (!tile) {
      tile = new Tile((opened) => this.#open(opened));
      this.#tiles.set(row.key, tile);
      tile.element.classList.toggle("fresh", this.#fresh.has(row.key));
    }
    tile.show(this.#card, row, this.#pictures);
    tile.button.tabIndex = row.key === this.#active ? 0 : -1;
    return tile;
  }

  /** @param {Entry} row */
  #open(row) {
    this.#active = row.key;
    this.#card.openDetails(row);
  }

  #scrolled() {
    if (this.#scroller.scrollTop <= AT_TOP && !this.#newer.hidden) {
      this.update();
    } else {
      this.#render();
    }
  }

  #resize() {
    const { clientWidth, scrollTop } = this.#scroller;
    const fit = Math.floor(clientWidth / NARROWEST_TILE);
    const wanted = this.#card.config.columns ?? fit;
    const columns = Math.min(MOST_COLUMNS, Math.max(1, wanted));
    if (columns === this.#measures.columns) {
      this.#render();
      return;
    }
    const day = this.#days.find(({ top, height }) => top + height > scrollTop);
    const line = day ? Math.floor((scrollTop - day.top) / LINE) : 0;
    const read = day && scrollTop > AT_TOP ? day.first + line * this.#measures.columns : 0;
    this.#measures = { ...this.#measures, columns };
    this.#layOut();
    if (read) {
      this.#scrollTo(Math.min(read, this.#shown.length - 1), "start");
    }
  }

  #toTop() {
    this.#scroller.scrollTop = 0;
    this.update();
    this.#focusAt(0);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const index = this.#target(event);
    if (index !== null && this.#shown.length) {
      event.preventDefault();
      this.#focusAt(Math.max(0, Math.min(index, this.#shown.length - 1)));
    }
  }

  /**
   * Return the index of the row to which a key leads.
   *
   * @param {KeyboardEvent} event
   */
  #target({ key, altKey, ctrlKey, metaKey }) {
    if (altKey || ctrlKey || metaKey) {
      return null;
    }
    const { columns } = this.#measures;
    const at = this.#shown.findIndex((row) => row.key === this.#active);
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / LINE) - 1);
    const isFromRight = getComputedStyle(this.#scroller).direction === "rtl";
    const forward = isFromRight ? -1 : 1;
    switch (key) {
      case "ArrowDown":
        return below(this.#days, at, columns);
      case "ArrowUp":
        return above(this.#days, at, columns);
      case "ArrowRight":
        return at + forward;
      case "ArrowLeft":
        return at - forward;
      case "PageDown":
        return at + page * columns;
      case "PageUp":
        return at - page * columns;
      case "Home":
        return 0;
      case "End":
        return this.#shown.length - 1;
      default:
        return null;
    }
  }

  /** @param {number} index */
  #focusAt(index) {
    const row = this.#shown[index];
    if (row) {
      this.#active = row.key;
      this.#scrollTo(index, "nearest");
      this.#tiles.get(row.key)?.button.focus({ preventScroll: true });
    }
  }

  /**
   * Scroll until a row is in sight, and render it.
   *
   * @param {number} index
   * @param {"start" | "nearest"} where
   */
  #scrollTo(index, where) {
    const day = this.#days.find(({ end }) => index < end);
    if (day) {
      const { clientHeight, scrollTop } = this.#scroller;
      const top = day.top + topInDay(day, index, this.#measures);
      // The header of the day covers what is below it.
      const highest = top - HEADER;
      const lowest = top + LINE - clientHeight;
      const nearest = Math.min(highest, Math.max(lowest, scrollTop));
      this.#scroller.scrollTop = where === "start" ? highest : nearest;
      this.#render();
    }
  }

  /** @param {number} count */
  #showNewer(count) {
    this.#newer.hidden = count <= 0;
    if (count > 0) {
      const { texts } = this.#card;
      this.#newer.replaceChildren(icon("arrow-up"), texts("card.newer", { count }));
    }
  }

  #showFoot() {
    const { feed, texts } = this.#card;
    const retry = element("button", { className: "text", type: "button" });
    retry.textContent = texts("card.retry");
    retry.addEventListener("click", () => feed.loadMore());
    let words = texts("card.loading_older");
    if (feed.error) {
      words = texts("card.older_failed");
    } else if (feed.rows.length >= MOST_ROWS) {
      words = texts("card.most", { most: MOST_ROWS });
    } else if (feed.isComplete) {
      words = texts("card.end");
    }
    this.#foot.replaceChildren(words, ...(feed.error ? [" ", retry] : []));
    // It calls again even where the place of the next page stayed in sight.
    this.#paging.disconnect();
    if (!feed.error && !feed.isLoading) {
      this.#paging.observe(this.#foot);
    }
  }

  #say() {
    const { texts } = this.#card;
    const rows = this.#unsaid.splice(0);
    this.#status.textContent =
      rows.length === 1
        ? texts("card.said", { name: nameOf(rows[0], texts), place: rows[0].place })
        : texts("card.newer", { count: rows.length });
  }

  /** Renew what depends on the time. */
  #tell() {
    for (const tile of this.#tiles.values()) {
      tile.tell(this.#card);
    }
    for (const day of this.#days) {
      const section = this.#sections.get(day.day);
      if (section) {
        this.#tellDay(section, day);
      }
    }
  }

  /**
   * @param {Section} section
   * @param {Day} day
   */
  #tellDay(section, day) {
    const name = this.#card.times.dayName(this.#shown[day.first].at);
    section.name.textContent = name;
    section.list.ariaLabel = name;
  }
}

/**
 * Put a child before another, unless it is there; return what follows it.
 *
 * @param {Element} parent
 * @param {Element} child
 * @param {ChildNode | null} following
 */
function putBefore(parent, child, following) {
  if (child === following) {
    return following.nextSibling;
  }
  parent.insertBefore(child, following);
  return following;
}
