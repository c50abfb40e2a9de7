// The pictures of a card: loaded in sight, few kept, dropped at once.

/** @import { Picture } from "./types" */
import { element } from "./dom.js";

export const MOST_PICTURES = 190;

/** Loads pictures that are in sight, and keeps those that were used last. */
export class Pictures {
  /** @type {Map<string, Picture>} The one that was used last is at the end. */
  #kept = new Map();
  /** @type {WeakMap<Element, () => void>} */
  #waiting = new WeakMap();
  #observer;

  constructor() {
    // The server lets no browser keep a picture, so we keep those near.
    const options = { rootMargin: "100px", scrollMargin: "100px" };
    this.#observer = new IntersectionObserver((seen) => {
      for (const { isIntersecting, target } of seen) {
        if (isIntersecting) {
          this.#observer.unobserve(target);
          this.#waiting.get(target)?.();
        }
      }
    }, options);
  }

  /**
   * At once if the picture is kept, else when the frame is in sight.
   *
   * @param {Element} frame
   * @param {{path: string, group: string, name: string}} picture
   * @param {boolean} isInSight Whether it is known to be, which takes a frame to see.
   */
  show(frame, { path, group, name }, isInSight) {
    const kept = this.#kept.get(path);
    if (kept) {
      this.#put(frame, path, kept);
      return;
    }
    const load = () => {
      const image = element("img", {
        alt: name,
        decoding: "async",
        draggable: false,
        onerror: () => this.#drop(path),
        src: path,
      });
      this.#put(frame, path, { image, group });
    };
    if (isInSight) {
      load();
      return;
    }
    this.#waiting.set(frame, load);
    this.#observer.observe(frame);
  }

  /**
   * Forget a frame that left the document; what it still loads is of no use.
   *
   * @param {Element} frame
   */
  leave(frame) {
    this.#observer.unobserve(frame);
    for (const image of frame.querySelectorAll("img")) {
      image.remove();
      const path = image.getAttribute("src");
      if (!image.complete && path) this.#drop(path);
    }
  }

  /**
   * @param {(group: string) => unknown} isAllowed
   */
  keepOnly(isAllowed) {
    for (const [path, { group }] of this.#kept) {
      if (!isAllowed(group)) this.#drop(path);
    }
  }

  dispose() {
    this.#observer.disconnect();
    this.keepOnly(() => false);
  }

  /**
   * @param {Element} frame
   * @param {string} path
   * @param {Picture} picture
   */
  #put(frame, path, picture) {
    this.#kept.delete(path);
    this.#kept.set(path, picture);
    frame.append(picture.image);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_PICTURES) this.#drop(oldest);
  }

  /** @param {string} path */
  #drop(path) {
    const image = this.#kept.get(path)?.image;
    this.#kept.delete(path);
    image?.remove();
    // This ends a request, and frees the picture.
    image?.removeAttribute("src");
  }
}
