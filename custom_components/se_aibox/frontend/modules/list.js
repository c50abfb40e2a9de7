// A list that changes only where it must.

/** @import { Child } from "./types" */
import { element, renew } from "./dom.js";

// An item must not move away under a finger.
const STILL_MS = 3_000;

export class List {
  element = element("ul");
  /** @type {Map<string, HTMLElement>} */
  #items = new Map();
  #touchedAt = -STILL_MS;

  constructor() {
    for (const touch of ["pointerdown", "pointermove", "keydown"]) {
      this.element.addEventListener(touch, () => {
        this.#touchedAt = performance.now();
      });
    }
  }

  /**
   * Return the item of a key, filled again where it is to show something else.
   *
   * @param {string} key
   * @param {unknown} content
   * @param {(item: HTMLElement) => Child[]} fill
   */
  item(key, content, fill) {
    const item = this.#items.get(key) ?? element("li");
    this.#items.set(key, item);
    renew(item, content, () => fill(item));
    return item;
  }

  /**
   * Show some items in order; others are removed. While somebody touches the list, those
   * that are there keep their places.
   *
   * @param {HTMLElement[]} items
   * @param {boolean} [isTouched] Whether they do so in any case.
   */
  show(items, isTouched) {
    const wanted = new Set(items);
    for (const [key, item] of this.#items) {
      if (!wanted.has(item)) {
        item.remove();
        this.#items.delete(key);
      }
    }
    const { activeElement: focused } = /** @type {ShadowRoot} */ (this.element.getRootNode());
    const isStill = isTouched || performance.now() - this.#touchedAt < STILL_MS;
    items.forEach((item, index) => {
      const there = this.element.children[index] ?? null;
      const waits = isStill && item.isConnected;
      if (item !== there && !waits) this.element.insertBefore(item, there);
    });
    // What moves loses it.
    /** @type {HTMLElement | null} */ (focused)?.focus({ preventScroll: true });
  }
}
