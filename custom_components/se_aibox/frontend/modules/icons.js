// Icons of Home Assistant and buttons with them.

import { element, iconElement } from "./dom.js";

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

/**
 * @param {string} name as in `mdi:door`
 * @param {string} label
 * @param {() => void} onclick
 */
export function iconButton(name, label, onclick) {
  const words = { ariaLabel: label, title: label };
  return element("button", { className: "round", onclick, ...words }, icon(name));
}

/**
 * @param {string} label
 * @param {() => void} onclick
 */
export function textButton(label, onclick) {
  return element("button", { className: "text", onclick }, label);
}
