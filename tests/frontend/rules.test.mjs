// The rule that keeps what a box sends from becoming markup.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

import { markup } from "../../tools/frontend/eslint.config.js";

const installed = createRequire(
  new URL("../../.environments/frontend/package.json", import.meta.url),
);
const { Linter } = installed("eslint");

/** @param {string} code */
function complaints(code) {
  return new Linter().verify(code, [
    { rules: { "no-restricted-syntax": ["error", ...markup] } },
  ]);
}

for (const code of [
  "row.innerHTML = name;",
  "row.innerHTML += name;",
  "row['innerHTML'] = name;",
  "row.outerHTML = `<b>${name}</b>`;",
  "frame.srcdoc = name;",
  "Object.assign(row, { innerHTML: name });",
  "element('div', { 'innerHTML': name });",
  "element('div', { innerHTML });",
  "row.insertAdjacentHTML('beforeend', name);",
  "row.setHTMLUnsafe(name);",
  "document.write(name);",
  "range.createContextualFragment(name);",
  "new DOMParser().parseFromString(name, 'text/html');",
]) {
  test(`markup that is not constant is refused: ${code}`, () => {
    assert.equal(complaints(code).length, 1);
  });
}

for (const code of [
  "row.innerHTML = '<b></b>';",
  "row.innerHTML = `<b></b>`;",
  "row.insertAdjacentHTML('beforeend', '<b></b>');",
  "row.textContent = name;",
  "row.append(name);",
  "const markup = row.innerHTML;",
]) {
  test(`constant markup and text are accepted: ${code}`, () => {
    assert.deepEqual(complaints(code), []);
  });
}
