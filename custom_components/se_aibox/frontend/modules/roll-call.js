// The roll call of a site: who was inside, to be checked off.

/** @import { Card, Listed, RollCall } from "./types" */
import { element } from "./dom.js";
import { List } from "./list.js";
import { reasonOf } from "./messages.js";
import { entitiesOf, findHouse } from "./registry.js";
import { faceOf, ScreenView } from "./screen.js";

// On the screen, in pixels.
const FACE = 72;

export class RollCallView extends ScreenView {
  #siteId;
  #list = new List();
  #summary = element("summary");
  #details = element("details", { hidden: true }, this.#summary, this.#list.element);
  #none = element("p", { className: "note", hidden: true });
  #note = element("p", { className: "note", role: "status" });
  /** @type {RollCall | null | undefined} Undefined until it is known. */
  #rollCall;
  // For these the list was unfolded, or folded.
  #unfolded = "";

  /** @param {Card} card */
  constructor(card) {
    const { config, feed, hass, texts } = card;
    super(card, "doors people roll_call");
    const unfit = element("p", { className: "note unfit" }, texts("dashboard.roll_call_unfit"));
    this.append(this.#note, this.#none, this.#details, unfit);
    this.#none.textContent = texts("dashboard.no_roll_call");
    this.#siteId = config.device_ids?.[0] ?? findHouse(hass, {}).sites[0]?.id ?? "";
    const message = { type: "se_aibox/roll_call/subscribe", device_id: this.#siteId };
    feed.follow(message, (rollCall) => {
      this.#rollCall = rollCall;
      this.update();
    });
  }

  /** @override */
  update() {
    super.update();
    const rollCall = this.#rollCall;
    if (rollCall === undefined) return;
    this.#none.hidden = rollCall !== null;
    this.#details.hidden = rollCall === null;
    if (rollCall) this.#show(rollCall);
  }

  /** Say nothing of single faces. @override */
  announce() {}

  /** @param {RollCall} rollCall */
  #show({ may_check: mayCheck, people, started_at: startedAt }) {
    const entity = mayCheck && entitiesOf(this.card.hass, this.#siteId)["todo.roll_call"];
    const missing = people.filter((one) => !one.accounted_at);
    const found = people.filter((one) => one.accounted_at);
    const items = [...missing, ...found].map((one) => this.#item(one, entity || ""));
    this.#list.show(items);
    const words = this.#words(Date.parse(startedAt), missing.length, people.length);
    if (this.#summary.textContent !== words) {
      this.#summary.textContent = words;
      this.say(words);
    }
    const unfolded = JSON.stringify([startedAt, missing.length > 0]);
    // In between, it is the user's choice.
    if (this.#unfolded !== unfolded) {
      this.#unfolded = unfolded;
      const hasFocus = this.#details.matches(":focus-within");
      this.#details.open = missing.length > 0;
      if (hasFocus && !missing.length) this.#summary.focus();
    }
  }

  /**
   * @param {number} at
   * @param {number} count
   * @param {number} total
   */
  #words(at, count, total) {
    const { texts, times } = this.card;
    const day = times.dayName(at);
    const isToday = day === times.dayName(Date.now());
    const time = [isToday ? "" : `${day}, `, times.clock(at)].join("");
    if (!total) return texts("dashboard.roll_call_nobody", { time });
    return count
      ? texts("dashboard.roll_call_missing", { time, count, total })
      : texts("dashboard.roll_call_complete", { time });
  }

  /**
   * @param {Listed} one
   * @param {string} entity The to-do list, where the user may check somebody off.
   */
  #item(one, entity) {
    const { feed, texts, times } = this.card;
    const { accounted_at: accountedAt, face, last_seen, name, uid } = one;
    const at = Date.parse(accountedAt ?? last_seen);
    const item = this.#list.item(uid, [one, entity], (made) => {
      made.className = accountedAt ? "old" : "";
      const key = accountedAt ? "dashboard.accounted_for" : "dashboard.last_seen_at";
      const said = texts(key, { time: times.clock(at) });
      const place = !accountedAt && element("bdi", { className: "place" }, one.place);
      const path = face && feed.sized(face, FACE);
      const parts = [faceOf(path, ""), this.words({ at, name, said }, place)];
      return entity
        ? [element("label", {}, parts, this.#box(one, entity))]
        : [element("div", {}, parts)];
    });
    this.tellAgo(item, at);
    return item;
  }

  /**
   * @param {Listed} one
   * @param {string} entity_id
   */
  #box({ accounted_at: accountedAt, name, uid }, entity_id) {
    const reset = () => {
      box.checked = accountedAt !== null;
    };
    const box = element("input", {
      type: "checkbox",
      onchange: async () => {
        const { hass, texts } = this.card;
        const status = box.checked ? "completed" : "needs_action";
        this.#note.textContent = "";
        try {
          const change = { item: uid, status };
          // What went wrong is said here.
          await hass.callService("todo", "update_item", change, { entity_id }, false);
        } catch (error) {
          reset();
          const reason = (await reasonOf(hass, error)) ?? "";
          this.#note.textContent = texts("dashboard.not_checked", { name, error: reason });
        }
      },
    });
    reset();
    return box;
  }
}
