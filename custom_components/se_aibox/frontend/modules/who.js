// Who a stranger is. Loaded when an administrator asks it.

/** @import { Card, Entry, Group, PictureKind } from "./types" */
import { element, renew, replaceChildren } from "./dom.js";
import { textButton } from "./icons.js";
import { reasonOf } from "./messages.js";

const TYPES = ["employee", "visitor", "vip"];
/** @type {PictureKind[]} */
const KINDS = ["face", "scene"];
const LONGEST_NAME = 255;
const CSS = `
.who { display: grid; gap: 16px; margin-top: 16px; }
.who form {
  display: grid; gap: 12px;
  grid-template-columns: repeat(auto-fit, minmax(min(240px, 100%), 1fr));
}
.who label { display: grid; gap: 4px; align-content: start; font-size: 14px; color: var(--quiet); }
.who :is(input, select) {
  width: 100%; min-width: 0; height: 44px; padding: 0 12px; font-size: 16px; color: var(--text);
  border: 1px solid var(--quiet); border-radius: 8px; background: var(--back);
}
.who form .text {
  grid-column: 1 / -1; justify-self: start;
  background: var(--main); color: var(--text-primary-color);
}
.who p { margin: 0; line-height: 1.5; overflow-wrap: anywhere; }
`;

/** A form that enrolls a stranger, and a button that ignores them. */
export class Who {
  element = element("div", { className: "who" });
  #card;
  #row;
  #style = element("style", {}, CSS);
  #status = element("p", { role: "status" });
  #answers = element("div");
  #isBusy = false;

  /**
   * @param {Card} card
   * @param {Entry} row
   */
  constructor(card, row) {
    const { feed, texts } = card;
    this.#card = card;
    this.#row = row;
    this.element.append(this.#style, this.#status, this.#answers);
    // The server knows a picture by its path, without who signed it.
    const kind = KINDS.find((one) => feed.pictureOf(row, one, 0));
    const [media] = (kind && row.pictures[kind])?.split("?") ?? [];
    if (media) this.#status.before(this.#form(media));
    else this.#status.textContent = texts("card.no_picture");
    if (row.stranger_id) this.#ask(false);
  }

  /**
   * Take the place of a button, unless another face is shown meanwhile.
   *
   * @param {Element} button
   */
  replace(button) {
    button.replaceWith(this.element);
    /** @type {HTMLElement | null} */
    const first = this.element.querySelector("input, button");
    first?.focus();
  }

  /** @param {string} media */
  #form(media) {
    const { hass, texts } = this.#card;
    const group = element("select", { required: true }, new Option(texts("card.choose"), ""));
    const name = element("input", {
      required: true,
      maxLength: LONGEST_NAME,
      // Not only blanks.
      pattern: ".*\\S.*",
    });
    const types = TYPES.map((type) => new Option(texts(`card.type_${type}`), type));
    const type = element("select", {}, types);
    const until = element("input", { type: "datetime-local", required: true });
    const end = element("label", {}, texts("card.visit_ends"), until);
    const isEnding = () => {
      end.hidden = until.disabled = type.value !== "visitor";
    };
    type.onchange = isEnding;
    isEnding();
    void this.#fill(group);
    return element(
      "form",
      {
        // Arrow keys belong to the fields here.
        onkeydown: (event) => event.stopPropagation(),
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          const at = until.value;
          const isLocal = hass.locale.time_zone === "local";
          void this.#enroll({
            media,
            name: name.value.trim(),
            permission_group: group.value,
            person_type: type.value,
            // A time without a zone is one of the server's.
            ...(!until.disabled && {
              valid_until: isLocal ? new Date(at).toISOString() : at,
            }),
          });
        },
      },
      element("label", {}, texts("card.name"), name),
      element("label", {}, texts("card.permission_group"), group),
      element("label", {}, texts("card.person_type"), type),
      end,
      element("button", { className: "text" }, texts("card.enroll")),
    );
  }

  /** @param {HTMLSelectElement} group */
  async #fill(group) {
    try {
      const { response } = await this.#call("get_groups", {}, true);
      /** @type {Group[]} */
      const groups = response.boxes[0].groups;
      for (const { group_id: id, name, capture_devices: doors } of groups) {
        const where = doors.length ? `${name} (${doors.join(", ")})` : name;
        group.append(new Option(where, id || name));
      }
      if (!groups.length) this.#status.textContent = this.#card.texts("card.no_groups");
    } catch (error) {
      await this.#fail(error);
    }
  }

  /** @param {{ name: string, [field: string]: string }} person */
  #enroll(person) {
    return this.#attempt(async () => {
      const { response } = await this.#call("enroll_person", person, true);
      const said = this.#card.texts("card.enrolled", { name: person.name });
      return [said, ...response.boxes[0].warnings].join(" ");
    });
  }

  /** @param {boolean} isSure */
  #ask(isSure) {
    const { texts } = this.#card;
    const ignore = (/** @type {() => void} */ act) => textButton(texts("card.ignore"), act);
    renew(this.#answers, isSure, () =>
      isSure
        ? [
            element("p", {}, texts("card.ignore_question")),
            textButton(texts("card.cancel"), () => this.#ask(false)),
            ignore(() => this.#ignore()),
          ]
        : [ignore(() => this.#ask(true))],
    );
  }

  #ignore() {
    return this.#attempt(async () => {
      await this.#call("ignore_stranger", { stranger_id: this.#row.stranger_id }, false);
      return this.#card.texts("card.ignored");
    });
  }

  /**
   * Do something, once at a time, and say what became of it.
   *
   * @param {() => Promise<string>} act
   */
  async #attempt(act) {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#status.textContent = this.#card.texts("card.wait");
    try {
      this.#status.textContent = await act();
      // What had the focus goes away.
      const dialog = this.element.closest("dialog");
      replaceChildren(this.element, this.#style, this.#status);
      dialog?.focus();
    } catch (error) {
      await this.#fail(error);
    }
    this.#isBusy = false;
  }

  /** @param {unknown} error */
  async #fail(error) {
    const { hass, texts } = this.#card;
    const reason = (await reasonOf(hass, error)) ?? "";
    this.#status.textContent = texts("card.not_done", { error: reason });
  }

  /**
   * @param {string} service
   * @param {object} data
   * @param {boolean} isAnswering
   */
  #call(service, data, isAnswering) {
    const all = { config_entry_id: this.#row.entry_id, ...data };
    // What went wrong is said here.
    return this.#card.hass.callService("se_aibox", service, all, {}, false, isAnswering);
  }
}
