// Icons of Home Assistant; what they show is said beside them.

import { iconElement } from "./dom.js";

/** @type {Readonly<Record<string, string>>} */
const TYPES = {
  employee: "badge-account",
  visitor: "account-clock",
  vip: "account-star",
  blocklisted: "account-cancel",
  stranger: "account-question",
};

/** @param {string} name as in `mdi:door` */
export function icon(name) {
  return iconElement(`mdi:${name}`, { className: "icon" });
}

/** @param {string} type of a person */
export function typeIcon(type) {
  return icon(TYPES[type] ?? "account");
}
