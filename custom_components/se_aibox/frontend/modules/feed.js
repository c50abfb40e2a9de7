// Recognitions of the boxes: live ones, and page by page those of the history.

/** @import { Box, Connection, Door, Entry, FeedMessage, Filter, Followed } from "./types" */
/** @import { FollowedPerson, Hass, Page, PictureKind, Row, Silent, Site } from "./types" */
import { MOST_ROWS, Rows } from "./rows.js";

const COMMANDS = "se_aibox/recognitions";
const PAGE = 50;
// While Home Assistant starts, it does not know our commands yet.
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;
// The paths of pictures hold for a day.
const RENEW_MS = 43_200_000;

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
  /** @type {readonly Site[]} */
  sites = [];
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
  /** @type {Followed[]} */
  #followed = [];
  #filter;
  #onChange;
  /** @type {string | null} */
  #before = null;
  #hasState = false;
  // Of these, only the last counts.
  #session = 0;
  #reading = 0;
  /** @type {(() => unknown)[]} */
  #unsubscribes = [];
  #retry = 0;
  #renewing = 0;
  #retryMs = FIRST_RETRY_MS;
  /** @type {Connection | undefined} */
  #connection;

  /**
   * @param {Hass} hass
   * @param {Filter} filter
   * @param {(live?: Entry) => void} onChange Gets a live row.
   */
  constructor(hass, filter, onChange) {
    this.hass = hass;
    this.#filter = filter;
    this.#onChange = onChange;
    const message = { type: `${COMMANDS}/subscribe`, filter };
    this.follow(message, (event) => this.#receive(event));
  }

  /** Whether the newest page and the boxes are there. */
  get isKnown() {
    return this.isReady && this.#hasState;
  }

  /** Newest first; another list after each change. */
  get rows() {
    return this.#rows.list;
  }

  /**
   * Subscribe to a command, too, from the start on.
   *
   * @param {Followed} followed
   */
  follow(...followed) {
    this.#followed.push(followed);
  }

  /** Subscribe, and load the newest page. */
  start() {
    this.stop();
    this.#connection = this.hass.connection;
    this.#connection.addEventListener("ready", this.#reconnect);
    this.#renewing = window.setInterval(this.#connect, RENEW_MS);
    void this.#connect();
  }

  /** Free everything; rows stay. */
  stop() {
    this.#connection?.removeEventListener("ready", this.#reconnect);
    window.clearInterval(this.#renewing);
    this.#session += 1;
    this.#reading += 1;
    this.#unsubscribeNow();
  }

  /** Load the next page, unless one is loading or there is none. */
  async loadMore() {
    const isFull = this.rows.length >= MOST_ROWS;
    if (this.isReady && !this.isLoading && !this.isComplete && !isFull) {
      await this.#read(this.#before, this.#append);
    }
  }

  /** @param {string} entryId */
  boxOf(entryId) {
    return this.boxes.find(({ entry_id }) => entry_id === entryId);
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
    if (!path || !this.boxOf(row.entry_id)?.pictures) return null;
    return this.sized(path, width);
  }

  /**
   * @param {string} path
   * @param {number} width
   */
  sized(path, width) {
    return this.hass.hassUrl(`${path}&width=${Math.ceil(width * devicePixelRatio)}`);
  }

  #reconnect = () => {
    // Their numbers may be other subscriptions' on the new connection.
    this.#unsubscribes = [];
    void this.#connect();
  };

  #connect = async () => {
    const session = (this.#session += 1);
    this.#unsubscribeNow();
    // What comes while the page loads must not be lost.
    const isDone =
      (await this.#subscribe(session)) && (await this.#read(null, this.#join));
    if (session !== this.#session) return;
    if (isDone) {
      this.#retryMs = FIRST_RETRY_MS;
    } else {
      this.#retry = window.setTimeout(this.#connect, this.#retryMs);
      this.#retryMs = Math.min(2 * this.#retryMs, LAST_RETRY_MS);
    }
  };

  /** @param {number} session */
  async #subscribe(session) {
    const isCurrent = () => session === this.#session;
    const { connection } = this.hass;
    // By itself it would try only once, before the integration is loaded.
    const options = { resubscribe: false };
    const subscribe = async (/** @type {Followed} */ [message, receive]) => {
      const unsubscribe = await connection.subscribeMessage(
        (event) => isCurrent() && receive(event),
        message,
        options,
      );
      if (isCurrent()) this.#unsubscribes.push(unsubscribe);
      else void quietly(unsubscribe);
    };
    try {
      await Promise.all(this.#followed.map(subscribe));
      return true;
    } catch (error) {
      if (isCurrent()) this.#fail(error);
      return false;
    }
  }

  #unsubscribeNow() {
    window.clearTimeout(this.#retry);
    for (const unsubscribe of this.#unsubscribes.splice(0)) void quietly(unsubscribe);
  }

  /** @param {FeedMessage} event */
  #receive(event) {
    this.today = event.today;
    if (event.type === "recognition") {
      const { key, kind } = event.recognition;
      this.#rows.add([event.recognition]);
      this.#onChange(kind === "live" ? this.#rows.get(key) : undefined);
      return;
    }
    const isOther =
      this.isKnown &&
      (event.boxes.some((box) => this.#lacks(box)) ||
        // Nobody may see what was read there any more.
        this.doors.some(({ device_id: id }) => !event.doors.some((door) => door.device_id === id)));
    this.boxes = event.boxes;
    this.doors = event.doors;
    this.people = event.people;
    this.sites = event.sites;
    this.#hasState = true;
    this.#onChange();
    if (isOther) void this.#read(null, this.#replace);
  }

  /**
   * Return whether a box came whose history is missing, or one with pictures.
   *
   * @param {Box} box
   */
  #lacks({ entry_id, connected, pictures }) {
    const was = this.boxOf(entry_id);
    const isSilent = this.silent.some((box) => box.entry_id === entry_id);
    const isMissing = connected && !was?.connected && (isSilent || !was);
    // What was read before has no pictures.
    return isMissing || (pictures && was?.pictures === false);
  }

  /**
   * @param {string | null} before
   * @param {(page: Page) => void} take
   */
  async #read(before, take) {
    const reading = (this.#reading += 1);
    this.isLoading = true;
    this.#onChange();
    const type = `${COMMANDS}/list`;
    const message = { type, filter: this.#filter, limit: PAGE, ...(before && { before }) };
    try {
      const page = await this.hass.callWS(message);
      if (reading === this.#reading) {
        take(page);
        this.#finish(page);
      }
      return true;
    } catch (error) {
      if (reading === this.#reading) this.#fail(error);
      return false;
    }
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
  #finish({ silent }) {
    this.silent = silent;
    this.error = null;
    this.isLoading = false;
    this.isReady = true;
    this.#onChange();
  }

  /** @param {unknown} error */
  #fail(error) {
    // A lost connection is a number.
    const { code = "", message = "" } = Object(error);
    this.error = { code, message };
    this.isLoading = false;
    this.#onChange();
  }
}

/** @param {() => unknown} unsubscribe */
async function quietly(unsubscribe) {
  try {
    await unsubscribe();
  } catch {
    // The connection is gone, and the subscription with it.
  }
}
