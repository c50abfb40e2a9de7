// Elements made of what a box sends.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import * as dom from "../../custom_components/se_aibox/frontend/modules/dom.js";

const HOSTILE = "<img src=x onerror=alert(1)>";

/** As little of a node as the module uses. */
class FakeNode {
  /** @param {string} tag */
  constructor(tag) {
    this.tag = tag;
    this.textContent = "";
    this.disabled = false;
    this.dataset = {};
    /** @type {unknown[]} */
    this.children = [];
    /** @type {Record<string, string>} */
    this.attributes = {};
    /** @type {[string, unknown][]} */
    this.listeners = [];
  }

  /** @param {...unknown} children */
  append(...children) {
    this.children.push(...children);
  }

  /** @param {...unknown} children */
  replaceChildren(...children) {
    this.children = children;
  }

  setAttribute(name, value) {
    this.attributes[name] = value;
  }

  addEventListener(type, listener) {
    this.listeners.push([type, listener]);
  }
}

beforeEach(() => {
  globalThis.Node = FakeNode;
  globalThis.document = { createElement: (tag) => new FakeNode(tag) };
});
afterEach(() => {
  delete globalThis.Node;
  delete globalThis.document;
});

test("text among the children stays a text", () => {
  const made = dom.element("p", {}, HOSTILE, 0, null, undefined, false, [["a"], "b"]);
  assert.deepEqual(made.children, [HOSTILE, "0", "a", "b"]);
});

test("node among the children stays the same node", () => {
  const child = dom.element("b");
  assert.equal(dom.element("p", {}, child).children[0], child);
});

for (const name of ["innerHTML", "outerHTML", "srcdoc"]) {
  test(`${name} is refused, even if its value were constant`, () => {
    assert.throws(() => dom.element("p", { [name]: HOSTILE }), TypeError);
  });
}

test("property that the element has is set", () => {
  const made = dom.element("button", { textContent: HOSTILE, disabled: true });
  assert.equal(made.textContent, HOSTILE);
  assert.equal(made.disabled, true);
  assert.deepEqual(made.attributes, {});
});

test("other name becomes an attribute, unless it is nothing", () => {
  const made = dom.element("button", {
    "aria-label": HOSTILE,
    role: undefined,
    "aria-busy": null,
    "aria-hidden": false,
    hollow: true,
  });
  assert.deepEqual(made.attributes, { "aria-label": HOSTILE, hollow: "" });
});

test("function whose name begins with on listens", () => {
  const listener = () => {};
  const made = dom.element("button", { onClick: listener });
  assert.deepEqual(made.listeners, [["click", listener]]);
});

test("text whose name begins with on is refused", () => {
  assert.throws(() => dom.element("button", { onclick: "alert(1)" }), TypeError);
});

test("a dataset takes an object", () => {
  const made = dom.element("p", { dataset: { key: HOSTILE } });
  assert.deepEqual(made.dataset, { key: HOSTILE });
});

test("children are replaced as they are made", () => {
  const parent = dom.element("p", {}, "before");
  dom.replaceChildren(parent, HOSTILE, false, [1]);
  assert.deepEqual(parent.children, [HOSTILE, "1"]);
});
