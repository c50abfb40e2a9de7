/**
 * Opening a door, after a question that names it.
 *
 * @import {Card} from "./faces-card.js"
 */
import { element, iconElement, replaceChildren } from "./dom.js";
import { entitiesOf } from "./registry.js";

// A second tap in the same place must not answer the question.
const TOO_QUICK_MS = 600;
// Nobody stands before a screen on the wall that long.
const PATIENCE_MS = 30_000;
const RESULT_MS = 4_000;

/**
 * Return the button entity that opens a door, if the user may see it and it works.
 *
 * @param {Card["hass"]} hass
 * @param {string | null} deviceId
 */
export function doorButton(hass, deviceId) {
  const id = entitiesOf(hass, deviceId)["button.open_door"];
  const state = id && hass.states[id]?.state;
  return state && state !== "unavailable" ? id : undefined;
}

/**
 * Make a button that asks whether to open a door.
 *
 * @param {Card} card
 * @param {() => void} ask
 */
export function openButton({ texts }, ask) {
  const label = texts("dashboard.open_door");
  return element(
    "button",
    { type: "button", className: "open", onclick: ask },
    iconElement("mdi:door-open"),
    element("span", {}, label),
  );
}

/** Asks whether to open a door, opens it, and says what became of it. */
export class DoorDialog {
  #card;
  #title = element("h2", { id: "door-title" });
  #text = element("p", { role: "status" });
  #buttons = element("div", { className: "buttons" });
  element = element(
    "dialog",
    { className: "door", "aria-labelledby": "door-title" },
    this.#title,
    this.#text,
    this.#buttons,
  );
  #openedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {Card} card */
  constructor(card) {
    this.#card = card;
    this.element.addEventListener("close", () => clearTimeout(this.#timer));
    this.element.addEventListener("click", (event) => {
      // The backdrop belongs to the dialog, its content does not.
      if (event.target === this.element) {
        this.close();
      }
    });
  }

  get isOpen() {
    return this.element.open;
  }

  /**
   * Ask whether to open a door.
   *
   * @param {string} door The name of the capture device.
   * @param {string} entityId
   */
  ask(door, entityId) {
    const { texts } = this.#card;
    this.#title.textContent = texts("dashboard.open_question", { door });
    this.#text.textContent = texts("dashboard.open_hint");
    replaceChildren(
      this.#buttons,
      this.#button(texts("dashboard.cancel"), "cancel", () => this.close()),
      this.#button(texts("dashboard.open_door"), "confirm", (event) => {
        if (event.detail < 2 && performance.now() - this.#openedAt > TOO_QUICK_MS) {
          void this.#open(door, entityId);
        }
      }),
    );
    this.element.dataset.state = "question";
    this.element.showModal();
    this.#openedAt = performance.now();
    this.#closeIn(PATIENCE_MS);
  }

  /**
   * @param {string} door
   * @param {string} entityId
   */
  async #open(door, entityId) {
    const { hass, texts } = this.#card;
    clearTimeout(this.#timer);
    this.#say("busy", texts("dashboard.opening"));
    try {
      const target = { entity_id: entityId };
      // We say ourselves what went wrong.
      await hass.callService("button", "press", {}, target, false);
      this.#say("opened", texts("dashboard.opened", { door }));
      this.#closeIn(RESULT_MS);
    } catch (error) {
      const { message } = /** @type {{message?: string}} */ (error ?? {});
      this.#say("failed", texts("dashboard.not_opened", { door, error: message ?? "" }));
    }
  }

  /**
   * @param {"busy" | "opened" | "failed"} state
   * @param {string} text
   */
  #say(state, text) {
    this.element.dataset.state = state;
    this.#text.textContent = text;
    const close = this.#button(this.#card.texts("dashboard.close"), "cancel", () =>
      this.close(),
    );
    replaceChildren(this.#buttons, state === "busy" ? null : close);
    close.focus();
  }

  /**
   * @param {string} text
   * @param {string} className
   * @param {(event: MouseEvent) => void} onclick
   */
  #button(text, className, onclick) {
    return element("button", { type: "button", className, onclick }, text);
  }

  /** @param {number} milliseconds */
  #closeIn(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.close(), milliseconds);
  }

  /** Leave the question unanswered. */
  close() {
    this.element.close();
  }
}
