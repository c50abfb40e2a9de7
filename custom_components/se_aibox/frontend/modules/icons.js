// Icons of Home Assistant and buttons with them.

import { element } from "./dom.js";

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
  const made = document.createElement("ha-icon");
  made.className = "icon";
  // What it shows is said beside it.
  made.setAttribute("aria-hidden", "true");
  // The element may not be defined yet.
  Reflect.set(made, "icon", `mdi:${name}`);
  return made;
}

/** @param {string} [type] of a person */
export function typeIcon(type = "") {
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
