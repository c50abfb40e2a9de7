// The timeline: everybody who was recognized, newest first, by day.

/** @import { Card, Day, Entry, Line, Section } from "./types" */
import { MOST_COLUMNS } from "./config.js";
import { element, isTopInSight } from "./dom.js";
import { icon, textButton } from "./icons.js";
import { Pictures } from "./pictures.js";
import * as rows from "./rows.js";
import { Tile } from "./tile.js";
import { nameOf } from "./words.js";

const { HEADER, LINE, MOST_ROWS } = rows;
const NARROWEST_TILE = 300;
// Rendered above and below what is in sight.
const MARGIN = 2 * LINE;
// Who scrolled no further than this looks at the newest.
const AT_TOP = 8;
// The next page loads before its place is in sight.
const EARLY = "600px";
const TICK_MS = 15_000;
const SAY_AFTER_MS = 1_000;

/** Shows the rows of a feed; only what is in sight is in the document. */
export class TimelineView {
  element;
  #card;
  #canvas = element("div", { className: "canvas" });
  #foot = element("div", { className: "foot" });
  #scroller = element(
    "div",
    {
      className: "scroller",
      tabIndex: -1,
      onscroll: () => this.#scrolled(),
      onkeydown: (event) => this.#pressed(event),
    },
    this.#canvas,
    this.#foot,
  );
  #newer = element("button", {
    className: "newer",
    hidden: true,
    onclick: () => {
      this.#scroller.scrollTop = 0;
      this.update();
      this.#focusAt(0);
    },
  });
  #status = element("div", { className: "unseen", role: "status" });
  #pictures = new Pictures();
  #columns = 1;
  /** @type {readonly Entry[]} All that the feed has. */
  #rows = [];
  /** @type {readonly Entry[]} */
  #shown = [];
  /** @type {Line[]} */
  #lines = [];
  /** @type {Map<string, Section>} By day. */
  #sections = new Map();
  /** @type {Map<string, Tile>} By key of the row. */
  #tiles = new Map();
  /** The key of the row that the keyboard reaches. */
  #active = "";
  // So many rows slide in.
  #fresh = 0;
  // Of these, the first ones are on the screen.
  #areFreshInSight = false;
  /** @type {Entry[]} */
  #unsaid = [];
  #tick = window.setInterval(() => this.#tell(), TICK_MS);
  #saying = 0;
  #resizing = new ResizeObserver(() => this.#resize());
  #paging = new IntersectionObserver(
    ([{ isIntersecting }]) => isIntersecting && this.#card.feed.loadMore(),
    { root: this.#scroller, rootMargin: EARLY },
  );

  /** @param {Card} card */
  constructor(card) {
    this.#card = card;
    const parts = [this.#scroller, this.#newer, this.#status];
    this.element = element("div", { className: "timeline" }, ...parts);
    this.#resizing.observe(this.#scroller);
  }

  update() {
    const { feed, texts } = this.#card;
    this.#pictures.keepOnly((id) => feed.boxOf(id)?.pictures);
    const isAtTop = this.#scroller.scrollTop <= AT_TOP;
    if (feed.rows !== this.#rows || (isAtTop && feed.rows !== this.#shown)) {
      const [newest] = this.#shown;
      this.#rows = feed.rows;
      this.#shown = isAtTop ? feed.rows : rows.withoutNew(feed.rows, this.#shown);
      this.#fresh = newest ? this.#indexOf(newest.key) : 0;
      this.#areFreshInSight = this.#fresh > 0 && isTopInSight(this.#scroller);
      this.#layOut();
      this.#fresh = 0;
    } else {
      this.#render();
    }
    const count = feed.rows.length - this.#shown.length;
    this.#newer.hidden = !count;
    this.#newer.replaceChildren(icon("arrow-up"), texts("card.newer", { count }));
    this.#showFoot();
  }

  /** @param {Entry} row just delivered, for a screen reader */
  announce(row) {
    this.#unsaid.push(row);
    window.clearTimeout(this.#saying);
    this.#saying = window.setTimeout(() => {
      const { texts } = this.#card;
      const [{ place }, ...others] = this.#unsaid;
      this.#status.textContent = others.length
        ? texts("card.newer", { count: this.#unsaid.length })
        : texts("card.said", { name: nameOf(this.#unsaid[0], texts), place });
      this.#unsaid = [];
    }, SAY_AFTER_MS);
  }

  /** @param {string} key of the row that gets the focus */
  focus(key) {
    this.#focusAt(this.#indexOf(key));
  }

  dispose() {
    this.#resizing.disconnect();
    this.#paging.disconnect();
    this.#pictures.dispose();
    window.clearInterval(this.#tick);
    window.clearTimeout(this.#saying);
  }

  #layOut() {
    this.#lines = rows.layOut(this.#shown, this.#columns, (at) =>
      this.#card.times.dayKey(at),
    );
    const last = this.#lines.at(-1);
    this.#canvas.style.height = `${last ? last.top + LINE : 0}px`;
    if (this.#indexOf(this.#active) < 0) this.#active = this.#shown[0]?.key ?? "";
    this.#render();
  }

  #render() {
    const { scrollTop, clientHeight } = this.#scroller;
    // A card that is not shown has no height.
    const lines = clientHeight
      ? rows.inSight(
          this.#lines,
          this.#columns,
          scrollTop - MARGIN,
          scrollTop + clientHeight + MARGIN,
        )
      : [];
    this.#removeOthers(lines);
    /** @type {ChildNode | null} */
    let next = this.#canvas.firstChild;
    /** @type {ChildNode | null} */
    let nextTile = null;
    /** @type {Section | undefined} */
    let section;
    for (const line of lines) {
      const wanted = this.#section(line.day);
      if (wanted !== section) {
        section = wanted;
        next = putBefore(this.#canvas, section.element, next);
        nextTile = section.list.firstChild;
      }
      for (let index = line.first; index < line.end; index += 1) {
        const tile = this.#place(index, line);
        nextTile = putBefore(section.list, tile, nextTile);
      }
    }
  }

  /** @param {readonly Line[]} lines */
  #removeOthers(lines) {
    const days = new Set(lines.map(({ day }) => day.day));
    const kept = lines.flatMap(({ first, end }) => this.#shown.slice(first, end));
    const keys = new Set(kept.map(({ key }) => key));
    for (const [key, tile] of this.#tiles) {
      if (!keys.has(key)) {
        // The keyboard goes on from here.
        if (tile.element.matches(":focus-within")) {
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

  /** @param {Day} day */
  #section({ day, first, top, height }) {
    let section = this.#sections.get(day);
    if (!section) {
      const title = element("h3");
      const list = element("div", { role: "list" });
      section = { element: element("section", { className: "day" }, title, list), list, title };
      this.#sections.set(day, section);
      this.#tellDay(section, first);
    }
    Object.assign(section.element.style, { top: `${top}px`, height: `${height}px` });
    return section;
  }

  /**
   * @param {number} index
   * @param {Line} line
   */
  #place(index, { day, first, top }) {
    const row = this.#shown[index];
    let tile = this.#tiles.get(row.key);
    if (!tile) {
      tile = new Tile((opened) => {
        this.#active = opened.key;
        this.#card.openDetails(opened);
      });
      tile.element.classList.toggle("fresh", index < this.#fresh);
      this.#tiles.set(row.key, tile);
    }
    const isInSight = this.#areFreshInSight && index < this.#fresh && index < this.#columns;
    tile.show(this.#card, row, this.#pictures, isInSight);
    tile.button.tabIndex = row.key === this.#active ? 0 : -1;
    Object.assign(tile.element.style, {
      top: `${top - day.top}px`,
      insetInlineStart: `${(100 * (index - first)) / this.#columns}%`,
      width: `${100 / this.#columns}%`,
    });
    tile.element.ariaPosInSet = String(index - day.first + 1);
    tile.element.ariaSetSize = String(day.end - day.first);
    return tile.element;
  }

  #scrolled() {
    const isBack = this.#scroller.scrollTop <= AT_TOP && !this.#newer.hidden;
    if (isBack) this.update();
    else this.#render();
  }

  #resize() {
    const { clientWidth, scrollTop } = this.#scroller;
    const wanted = this.#card.config.columns ?? Math.floor(clientWidth / NARROWEST_TILE);
    const columns = Math.min(MOST_COLUMNS, Math.max(1, wanted));
    if (columns === this.#columns) {
      this.#render();
      return;
    }
    const read = this.#lines.find(({ top }) => top - HEADER >= scrollTop);
    this.#columns = columns;
    this.#layOut();
    if (read && scrollTop > AT_TOP) this.#scrollTo(read.first, true);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const index = this.#shown.length ? this.#target(event) : null;
    if (index !== null) {
      event.preventDefault();
      this.#focusAt(Math.max(0, Math.min(index, this.#shown.length - 1)));
    }
  }

  /** @param {KeyboardEvent} event */
  #target({ key, altKey, ctrlKey, metaKey }) {
    if (altKey || ctrlKey || metaKey) return null;
    const at = this.#indexOf(this.#active);
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / LINE) - 1);
    const forward = getComputedStyle(this.#scroller).direction === "rtl" ? -1 : 1;
    /** @type {Record<string, () => number>} */
    const targets = {
      ArrowDown: () => rows.stepLines(this.#lines, at, 1),
      ArrowUp: () => rows.stepLines(this.#lines, at, -1),
      PageDown: () => rows.stepLines(this.#lines, at, page),
      PageUp: () => rows.stepLines(this.#lines, at, -page),
      ArrowRight: () => at + forward,
      ArrowLeft: () => at - forward,
      Home: () => 0,
      End: () => Infinity,
    };
    return targets[key]?.() ?? null;
  }

  /** @param {string} key */
  #indexOf(key) {
    return this.#shown.findIndex((row) => row.key === key);
  }

  /** @param {number} index */
  #focusAt(index) {
    const row = this.#shown[index];
    if (!row) return;
    this.#active = row.key;
    this.#scrollTo(index, false);
    this.#tiles.get(row.key)?.button.focus({ preventScroll: true });
  }

  /**
   * @param {number} index
   * @param {boolean} isFirst Whether nothing may be above it.
   */
  #scrollTo(index, isFirst) {
    const line = this.#lines.find(({ end }) => index < end);
    if (!line) return;
    const { clientHeight, scrollTop } = this.#scroller;
    // The header of the day covers what is below it.
    const highest = line.top - HEADER;
    const lowest = line.top + LINE - clientHeight;
    this.#scroller.scrollTop = isFirst
      ? highest
      : Math.min(highest, Math.max(lowest, scrollTop));
    this.#render();
  }

  #showFoot() {
    const { feed, texts } = this.#card;
    const retry = () => feed.loadMore();
    if (feed.error) {
      this.#foot.replaceChildren(
        texts("card.older_failed"),
        textButton(texts("card.retry"), retry),
      );
    } else if (feed.rows.length >= MOST_ROWS) {
      this.#foot.replaceChildren(texts("card.most", { most: MOST_ROWS }));
    } else {
      const key = feed.isComplete ? "card.end" : "card.loading_older";
      this.#foot.replaceChildren(texts(key));
    }
    // It calls again even where the place of the next page stayed in sight.
    this.#paging.disconnect();
    if (!feed.error && !feed.isLoading) this.#paging.observe(this.#foot);
  }

  #tell() {
    for (const tile of this.#tiles.values()) tile.tell(this.#card);
    for (const { day, first } of new Set(this.#lines.map((line) => line.day))) {
      const section = this.#sections.get(day);
      if (section) this.#tellDay(section, first);
    }
  }

  /**
   * @param {Section} section
   * @param {number} first
   */
  #tellDay({ list, title }, first) {
    const name = this.#card.times.dayName(this.#shown[first].at);
    title.textContent = name;
    list.ariaLabel = name;
  }
}

/**
 * Put a child before another, unless it is there; return what follows it.
 *
 * @param {Element} parent
 * @param {Element} child
 * @param {ChildNode | null} next
 */
function putBefore(parent, child, next) {
  if (child === next) return next.nextSibling;
  parent.insertBefore(child, next);
  return next;
}
