// What the card `custom:se-aibox-faces` shows, in all its modes.

/** @import { Card, CardConfig, Entry, Hass, Mode, Texts, ViewClass } from "./types" */
import { filterOf } from "./config.js";
import { Details } from "./details.js";
import { element, replaceChildren } from "./dom.js";
import { Feed } from "./feed.js";
import { Filters } from "./filters.js";
import { textButton } from "./icons.js";
import { messageFor, noticeFor, skeleton } from "./messages.js";
import { styleSheet } from "./style.js";
import { loadTexts } from "./texts.js";
import { Times } from "./times.js";

/** @type {Readonly<Record<Mode, () => Promise<ViewClass>>>} */
const VIEWS = {
  timeline: async () => (await import("./timeline.js")).TimelineView,
  now: async () => (await import("./now.js")).NowView,
  doors: async () => (await import("./doors.js")).DoorsView,
  inside: async () => (await import("./inside.js")).InsideView,
  roll_call: async () => (await import("./roll-call.js")).RollCallView,
};

/** A card while it is on the screen. */
class Running {
  /** @type {Card} */
  card;
  #filters;
  #details;
  #view;
  #header;
  #today = element("span", { className: "today" });
  #notice = element("div", { className: "notice" });
  #message = element("div", { className: "message" });
  #willUpdate = false;
  #isTimeline;

  /**
   * @param {Hass} hass
   * @param {Texts} texts
   * @param {CardConfig} config
   * @param {ViewClass} View
   */
  constructor(hass, texts, config, View) {
    this.#isTimeline = (config.mode ?? "timeline") === "timeline";
    this.#filters = new Filters(texts, config, () => this.#filter());
    this.card = {
      hass,
      texts,
      times: new Times(hass),
      config,
      feed: this.#feed(hass, config),
      openDetails: (row) => this.#details.open(row),
    };
    this.#details = new Details(this.card, (key) => this.#view.focus?.(key));
    this.#view = new View(this.card);
    this.#header = this.#makeHeader();
  }

  /** @returns {Node[]} */
  get content() {
    return [
      this.#header,
      ...(this.#isTimeline ? [this.#filters.element, this.#notice] : []),
      this.#message,
      this.#view.element,
      this.#details.element,
    ];
  }

  start() {
    this.card.feed.start();
    this.#update();
  }

  stop() {
    this.card.feed.stop();
    this.#details.element.close();
    this.#filters.dispose();
    this.#view.dispose?.();
  }

  /** @param {Hass} hass */
  renew(hass) {
    this.card.hass = hass;
    this.card.feed.hass = hass;
    // The timeline shows nothing of the states.
    if (!this.#isTimeline) this.#view.update();
  }

  /**
   * @param {Hass} hass
   * @param {CardConfig} config
   */
  #feed(hass, config) {
    const filter = filterOf(config, this.#filters.chosen);
    return new Feed(hass, filter, (live) => {
      if (live) this.#view.announce?.(live);
      this.#updateSoon();
    });
  }

  #filter() {
    const { card } = this;
    card.feed.stop();
    card.feed = this.#feed(card.hass, card.config);
    card.feed.start();
    this.#update();
  }

  #updateSoon() {
    // What comes in one message of the connection is shown at once.
    if (this.#willUpdate) return;
    this.#willUpdate = true;
    queueMicrotask(() => {
      this.#willUpdate = false;
      this.#update();
    });
  }

  #update() {
    const { feed, texts } = this.card;
    const { today } = feed;
    this.#today.textContent =
      today === null ? "" : texts("card.count_today", { count: today });
    this.#filters.update(feed);
    this.#showMessage();
    replaceChildren(this.#notice, noticeFor(this.card) || null);
    this.#view.update();
    this.#details.update();
  }

  #showMessage() {
    const clear = this.#filters.isActive ? () => this.#filters.clear() : null;
    const message = messageFor(this.card, this.#isTimeline, clear);
    // A view that is hidden renders nothing.
    this.#view.element.hidden = message !== null;
    this.#message.hidden = message === null;
    if (message) replaceChildren(this.#message, message);
  }

  #makeHeader() {
    const { texts, config } = this.card;
    const title = config.title ?? (this.#isTimeline ? texts("card.title") : "");
    const header = element("header", {}, element("h2", {}, title));
    header.hidden = !title && !this.#isTimeline;
    if (this.#isTimeline) header.append(this.#today, this.#filters.button);
    return header;
  }
}

/** The element inside the card, which the entry module makes. */
class FacesCard extends HTMLElement {
  #config = /** @type {CardConfig} */ ({ type: "custom:se-aibox-faces" });
  /** @type {Hass | undefined} */
  #hass;
  /** @type {Running | null} */
  #running = null;
  // A build that was overtaken is of no use.
  #build = 0;
  #frame = document.createElement("ha-card");

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [styleSheet()];
    this.#frame.append(skeleton());
    root.append(this.#frame);
  }

  /** @param {CardConfig} config */
  set config(config) {
    this.#config = config;
    this.#rebuild();
  }

  get config() {
    return this.#config;
  }

  /** @param {Hass} hass */
  set hass(hass) {
    const before = this.#hass;
    this.#hass = hass;
    // Home Assistant sets this at each change of any state.
    if (before?.locale !== hass.locale || before.language !== hass.language) {
      this.#rebuild();
    } else {
      this.#running?.renew(hass);
    }
  }

  connectedCallback() {
    this.#rebuild();
  }

  disconnectedCallback() {
    this.#build += 1;
    this.#stop();
  }

  #stop() {
    this.#running?.stop();
    this.#running = null;
  }

  async #rebuild() {
    const build = (this.#build += 1);
    if (!this.isConnected || !this.#hass) return;
    try {
      const { mode = "timeline" } = this.#config;
      const loaded = await Promise.all([loadTexts(this.#hass), VIEWS[mode]()]);
      if (build === this.#build) this.#run(...loaded);
    } catch (error) {
      // Texts may be what could not be loaded.
      console.error("SE AI box: cannot show the card.", error);
      this.#frame.replaceChildren(textButton("↻", () => this.#rebuild()));
    }
  }

  /**
   * @param {Texts} texts
   * @param {ViewClass} View
   */
  #run(texts, View) {
    this.#stop();
    this.#running = new Running(/** @type {Hass} */ (this.#hass), texts, this.#config, View);
    this.#frame.dataset.mode = this.#config.mode ?? "timeline";
    this.#frame.replaceChildren(...this.#running.content);
    this.#running.start();
  }
}

if (!customElements.get("se-aibox-faces-card")) {
  customElements.define("se-aibox-faces-card", FacesCard);
}
