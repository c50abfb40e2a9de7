// Recognitions of the boxes: live ones, and page by page those of the history.

/** @import { Box, Connection, Door, FeedMessage, Filter, FollowedPerson } from "./types" */
/** @import { Hass, Page, PictureKind, Row, Silent } from "./types" */
/** @import { Entry } from "./rows.js" */
import { MOST_ROWS, Rows } from "./rows.js";

const PAGE = 50;
// While Home Assistant starts, it does not know the commands of the integration yet.
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;

/** Recognitions that a filter lets through, kept up to date. */
export class Feed {
  hass;
  /** @type {number | null} */
  today = null;
  /** @type {readonly Box[]} */
  boxes = [];
  /** @type {readonly Door[]} */
  doors = [];
  /** @type {readonly FollowedPerson[]} */
  people = [];
  /** @type {readonly Silent[]} Boxes whose history is missing. */
  silent = [];
  /** @type {{code: string, message: string} | null} */
  error = null;
  /** Whether the newest page is there. */
  isReady = false;
  isLoading = false;
  /** Whether there is no older page. */
  isComplete = false;

  #rows = new Rows();
  #filter;
  #onChange;
  /** @type {string | null} */
  #before = null;
  #hasState = false;
  // What belongs to an earlier connection, or to an earlier reading, is of no use.
  #session = 0;
  #reading = 0;
  /** @type {(() => unknown) | null} */
  #unsubscribe = null;
  #retryMs = FIRST_RETRY_MS;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;
  /** @type {Connection | null} */
  #connection = null;

  /**
   * @param {Hass} hass
   * @param {Filter} filter
   * @param {(live?: Entry) => void} onChange Gets a row that somebody just made.
   */
  constructor(hass, filter, onChange) {
    this.hass = hass;
    this.#filter = filter;
    this.#onChange = onChange;
  }

  /** @returns {readonly Entry[]} Newest first. */
  get rows() {
    return this.#rows.list;
  }

  /** Whether the boxes and the newest page are known. */
  get isKnown() {
    return this.isReady && this.#hasState;
  }

  /** Subscribe, and load the newest page. */
  start() {
    this.stop();
    this.#connection = this.hass.connection;
    this.#connection.addEventListener("ready", this.#connect);
    this.#connect();
  }

  /** Free everything; rows stay. */
  stop() {
    this.#session += 1;
    this.#reading += 1;
    clearTimeout(this.#retry);
    this.#connection?.removeEventListener("ready", this.#connect);
    this.#connection = null;
    this.#free(this.#unsubscribe);
    this.#unsubscribe = null;
    this.isLoading = false;
  }

  /** Load the newest page again, and retry what failed. */
  reload() {
    this.start();
    this.#onChange();
  }

  /** Load the next page, unless one is loading or there is none. */
  async loadMore() {
    const isFull = this.rows.length >= MOST_ROWS;
    if (this.isReady && !this.isLoading && !this.isComplete && !isFull) {
      await this.#read(this.#before, this.#append);
    }
  }

  /**
   * Return the path of a picture, or null if there is none to see.
   *
   * @param {Row} row
   * @param {PictureKind} kind
   * @param {number} width On the screen, in CSS pixels.
   */
  pictureOf(row, kind, width) {
    const path = row.pictures[kind];
    const box = this.boxes.find(({ entry_id }) => entry_id === row.entry_id);
    if (!path || !box?.pictures) {
      return null;
    }
    const pixels = Math.round(width * (window.devicePixelRatio || 1));
    const scaled = `${path}${path.includes("?") ? "&" : "?"}width=${pixels}`;
    return this.hass.hassUrl(scaled);
  }

  #connect = async () => {
    const session = (this.#session += 1);
    clearTimeout(this.#retry);
    // The server forgot the subscription of the connection that was lost.
    this.#unsubscribe = null;
    this.isLoading = true;
    try {
      // What comes while the page loads must not be lost.
      await this.#subscribe(session);
    } catch (error) {
      if (session === this.#session) {
        this.#fail(error);
      }
    }
    if (session === this.#session) {
      const isDone = this.#unsubscribe && (await this.#read(null, this.#join));
      if (!isDone && session === this.#session) {
        this.#retryLater();
      }
    }
  };

  /** @param {number} session */
  async #subscribe(session) {
    const message = { type: "se_aibox/recognitions/subscribe", filter: this.#filter };
    const unsubscribe = await this.hass.connection.subscribeMessage(
      (/** @type {FeedMessage} */ event) => {
        if (session === this.#session) {
          this.#receive(event);
        }
      },
      message,
      // By itself it would try only once, before the integration is loaded.
      { resubscribe: false },
    );
    if (session === this.#session) {
      this.#unsubscribe = unsubscribe;
    } else {
      this.#free(unsubscribe);
    }
  }

  /** @param {(() => unknown) | null} unsubscribe */
  async #free(unsubscribe) {
    try {
      await unsubscribe?.();
    } catch {
      // The connection is gone, and the subscription with it.
    }
  }

  /** @param {FeedMessage} event */
  #receive(event) {
    this.today = event.today;
    if (event.type === "state") {
      const isBack = this.#isBack(event.boxes);
      this.boxes = event.boxes;
      this.doors = event.doors;
      this.people = event.people;
      this.#hasState = true;
      this.#onChange();
      if (isBack) {
        void this.#read(null, this.#replace);
      }
    } else {
      const { recognition } = event;
      this.#rows.add([recognition]);
      const entry = this.#rows.get(recognition.key);
      this.#onChange(recognition.kind === "live" ? entry : undefined);
    }
  }

  /**
   * Return whether a box came whose history is missing.
   *
   * @param {readonly Box[]} boxes
   */
  #isBack(boxes) {
    const were = new Set(
      this.boxes.filter((box) => box.connected).map((box) => box.entry_id),
    );
    const came = boxes.filter((box) => box.connected && !were.has(box.entry_id));
    const silent = new Set(this.silent.map((box) => box.entry_id));
    const listed = new Set(this.boxes.map((box) => box.entry_id));
    return (
      this.isKnown &&
      came.some(({ entry_id }) => silent.has(entry_id) || !listed.has(entry_id))
    );
  }

  /**
   * Read a page; return whether it came.
   *
   * @param {string | null} before
   * @param {(page: Page) => void} take
   */
  async #read(before, take) {
    // Only the last reading counts.
    const reading = (this.#reading += 1);
    this.isLoading = true;
    this.#onChange();
    try {
      const page = await this.#page(before);
      if (reading === this.#reading) {
        take(page);
        this.#finish(page);
      }
      return true;
    } catch (error) {
      if (reading === this.#reading) {
        this.#fail(error);
      }
      return false;
    }
  }

  /**
   * @param {string | null} before
   * @returns {Promise<Page>}
   */
  #page(before) {
    return this.hass.callWS({
      type: "se_aibox/recognitions/list",
      filter: this.#filter,
      limit: PAGE,
      ...(before === null ? {} : { before }),
    });
  }

  /** Take the newest page of a new connection. */
  #join = (/** @type {Page} */ page) => {
    if (!this.isReady) {
      this.#append(page);
    } else if (page.recognitions.some(({ key }) => this.#rows.get(key))) {
      // Nothing is missing between this page and the rows below.
      this.#rows.add(page.recognitions);
    } else {
      this.#replace(page);
    }
  };

  #replace = (/** @type {Page} */ page) => {
    this.#rows = new Rows();
    this.#append(page);
  };

  #append = (/** @type {Page} */ page) => {
    this.#rows.add(page.recognitions);
    this.#before = page.before;
    this.isComplete = page.before === null;
  };

  /** @param {Page} page */
  #finish(page) {
    this.silent = page.silent;
    this.error = null;
    this.isLoading = false;
    this.isReady = true;
    this.#retryMs = FIRST_RETRY_MS;
    this.#onChange();
  }

  /** @param {unknown} error */
  #fail(error) {
    const { code, message } = /** @type {{code?: unknown, message?: unknown}} */ (
      error ?? {}
    );
    this.error = { code: String(code ?? ""), message: String(message ?? "") };
    this.isLoading = false;
    this.#onChange();
  }

  #retryLater() {
    this.#free(this.#unsubscribe);
    this.#unsubscribe = null;
    this.#retry = setTimeout(this.#connect, this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, LAST_RETRY_MS);
  }
}
