// Opening a door, after a question that names it.

/** @import { Card } from "./types" */
import { element, replaceChildren } from "./dom.js";
import { icon } from "./icons.js";
import { reasonOf } from "./messages.js";
import { entitiesOf } from "./registry.js";

// The second of two quick taps must not answer the question.
const QUICK_MS = 600;
// Nobody stands before a screen on the wall that long.
const PATIENCE_MS = 30_000;
const RESULT_MS = 4_000;

/**
 * Return the button entity that opens a door, if there is one that works.
 *
 * @param {Card["hass"]} hass
 * @param {string | null} deviceId
 */
export function doorButton(hass, deviceId) {
  const id = entitiesOf(hass, deviceId)["button.open_door"];
  const state = hass.states[id]?.state ?? "unavailable";
  return state === "unavailable" ? null : id;
}

/** Asks whether to open a door, opens it, and says what became of it. */
export class DoorDialog {
  #card;
  #title = element("h2", { id: "door" });
  #text = element("p", { role: "status" });
  #buttons = element("div", { className: "buttons" });
  #askedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  element = element(
    "dialog",
    { "aria-labelledby": "door", onclick: (tap) => this.#tap(tap) },
    this.#title,
    this.#text,
    this.#buttons,
  );

  /** @param {Card} card */
  constructor(card) {
    this.#card = card;
  }

  /**
   * @param {string} door
   * @param {string | null} entityId
   */
  button(door, entityId) {
    if (!entityId) return null;
    const words = [icon("door-open"), this.#card.texts("dashboard.answer_open_door")];
    const onclick = () => this.#ask(door, entityId);
    return element("button", { className: "open", onclick }, ...words);
  }

  /**
   * @param {string} door
   * @param {string} entityId
   */
  #ask(door, entityId) {
    const { texts } = this.#card;
    this.#title.textContent = texts("dashboard.open_question", { door });
    this.#say("question", texts("dashboard.open_hint"), PATIENCE_MS, [
      this.#answer("cancel", () => this.close()),
      this.#answer("open_door", (tap) => this.#isMeant(tap) && this.#open(door, entityId)),
    ]);
    this.element.showModal();
    this.#askedAt = performance.now();
  }

  /**
   * @param {string} door
   * @param {string} entityId
   */
  async #open(door, entityId) {
    const { hass, texts } = this.#card;
    const close = this.#answer("close", () => this.close());
    this.#say("busy", texts("dashboard.opening"), 0, []);
    try {
      const target = { entity_id: entityId };
      // What went wrong is said here.
      await hass.callService("button", "press", {}, target, false);
      this.#say("opened", texts("dashboard.opened", { door }), RESULT_MS, [close]);
    } catch (error) {
      const why = (await reasonOf(hass, error)) || texts("dashboard.not_opened", { door });
      this.#say("failed", why, 0, [close]);
    }
    close.focus();
  }

  /**
   * @param {string} state
   * @param {string} text
   * @param {number} milliseconds After which the dialog closes; 0 for never.
   * @param {HTMLElement[]} buttons
   */
  #say(state, text, milliseconds, buttons) {
    this.element.dataset.state = state;
    this.#text.textContent = text;
    replaceChildren(this.#buttons, buttons);
    clearTimeout(this.#timer);
    if (milliseconds) this.#timer = setTimeout(() => this.close(), milliseconds);
  }

  /**
   * @param {"cancel" | "close" | "open_door"} key
   * @param {(tap: MouseEvent) => void} onclick
   */
  #answer(key, onclick) {
    const text = this.#card.texts(`dashboard.answer_${key}`);
    return element("button", { className: key, onclick }, text);
  }

  /** @param {MouseEvent} tap */
  #tap(tap) {
    // The backdrop belongs to the dialog, its content does not.
    if (tap.target === this.element && this.#isMeant(tap)) this.close();
  }

  /** @param {MouseEvent} tap */
  #isMeant({ detail }) {
    return detail < 2 && performance.now() - this.#askedAt > QUICK_MS;
  }

  close() {
    clearTimeout(this.#timer);
    this.element.close();
  }
}
