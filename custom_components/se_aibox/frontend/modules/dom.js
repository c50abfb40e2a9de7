// Makes elements. Everything from a box is text here, never markup.

/** @import { Child, Properties } from "./types" */

/**
 * Make an element. A property that it does not have becomes an attribute; `null`,
 * `undefined` and `false` become nothing.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Properties} [properties] `on…` functions listen to events
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) set(made, name, value);
  made.append(...nodes(children));
  return made;
}

/**
 * @param {Element | ShadowRoot} parent
 * @param {...Child} children
 */
export function replaceChildren(parent, ...children) {
  parent.replaceChildren(...nodes(children));
}

/** What is shown. @type {WeakMap<Element, string>} */
const shown = new WeakMap();

/**
 * Fill an element again where it is to show something else; the focus stays in it.
 *
 * @param {Element} parent
 * @param {unknown} content
 * @param {() => Child[]} fill
 */
export function renew(parent, content, fill) {
  const wanted = JSON.stringify(content);
  if (wanted === shown.get(parent)) return;
  shown.set(parent, wanted);
  const hadFocus = parent.matches(":focus-within");
  replaceChildren(parent, ...fill());
  /** @type {HTMLElement | null} */
  const first = parent.querySelector("input, button");
  if (hadFocus) first?.focus();
}

/**
 * @param {Element} some
 */
export function isTopInSight(some) {
  const { top, width } = some.getBoundingClientRect();
  return width > 0 && top >= 0 && top < innerHeight;
}

/**
 * @param {EventTarget} target
 * @param {string} type
 * @param {unknown} [detail]
 */
export function fireEvent(target, type, detail = {}) {
  target.dispatchEvent(
    new CustomEvent(type, { bubbles: true, composed: true, detail }),
  );
}

// Properties that would read a text as markup.
const MARKUP = new Set(["innerHTML", "outerHTML", "srcdoc"]);

/**
 * @param {Element} target
 * @param {string} name
 * @param {unknown} value
 */
function set(target, name, value) {
  if (MARKUP.has(name)) throw new TypeError(`${name} takes markup`);
  if (value === null || value === undefined) return;
  if (name.startsWith("on")) {
    if (typeof value !== "function") throw new TypeError(`${name} takes code`);
    target.addEventListener(
      name.slice(2).toLowerCase(),
      /** @type {EventListener} */ (value),
    );
  } else if (name === "dataset") {
    Object.assign(/** @type {HTMLElement} */ (target).dataset, value);
  } else if (name in target && !name.includes("-")) {
    Reflect.set(target, name, value);
  } else if (typeof value === "object") {
    // A property of an element of Home Assistant that is not defined yet.
    Reflect.set(target, name, value);
  } else if (value !== false) {
    target.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * @param {Child[]} children
 * @returns {(Node | string)[]}
 */
function nodes(children) {
  return children
    .flat()
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}
