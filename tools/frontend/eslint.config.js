// The rules of the dashboard's modules and their tests.

import { createRequire } from "node:module";

// `scripts/lib/frontend` installs there, outside what is served.
const installed = createRequire(
  new URL("../../.environments/frontend/package.json", import.meta.url),
);
const js = installed("@eslint/js");
const globals = installed("globals");

const ASSIGNED = "/^(innerHTML|outerHTML|srcdoc)$/";
const CALLED =
  "/^(insertAdjacentHTML|setHTMLUnsafe|createContextualFragment|parseFromString|write|writeln)$/";
const MESSAGE = "Markup must be constant: names from a box are text.";

/**
 * Forbid markup that is not a literal.
 *
 * @param {string} value where in the node the markup is
 */
const constant = (value) =>
  `:not([${value}.type="Literal"]):not([${value}.type="TemplateLiteral"][${value}.expressions.length=0])`;

export const markup = [
  ...["name", "value"].map(
    (key) =>
      `AssignmentExpression[left.property.${key}=${ASSIGNED}]${constant("right")}`,
  ),
  // As in Object.assign(element, { innerHTML: name }).
  ...["name", "value"].map(
    (key) => `Property[key.${key}=${ASSIGNED}]${constant("value")}`,
  ),
  `CallExpression[callee.property.name="insertAdjacentHTML"]${constant("arguments.1")}`,
  `CallExpression[callee.property.name=${CALLED.replace("insertAdjacentHTML|", "")}]${constant("arguments.0")}`,
].map((selector) => ({ selector, message: MESSAGE }));

const strict = {
  "array-callback-return": "error",
  "consistent-return": "error",
  "default-case-last": "error",
  eqeqeq: "error",
  "no-await-in-loop": "error",
  "no-console": ["error", { allow: ["error", "warn"] }],
  "no-constructor-return": "error",
  "no-else-return": "error",
  "no-eval": "error",
  "no-implicit-coercion": "error",
  "no-implied-eval": "error",
  "no-lonely-if": "error",
  "no-new-func": "error",
  "no-param-reassign": "error",
  "no-promise-executor-return": "error",
  "no-return-assign": "error",
  "no-script-url": "error",
  "no-self-compare": "error",
  "no-sequences": "error",
  "no-shadow": ["error", { hoist: "never" }],
  "no-throw-literal": "error",
  "no-unreachable-loop": "error",
  "no-unused-expressions": "error",
  "no-use-before-define": ["error", { functions: false, classes: false, variables: false }],
  "no-useless-return": "error",
  "no-var": "error",
  "object-shorthand": "error",
  "prefer-const": "error",
  "prefer-object-spread": "error",
  "prefer-promise-reject-errors": "error",
  "prefer-rest-params": "error",
  "prefer-template": "error",
  radix: "error",
  "require-atomic-updates": "error",
  "max-lines-per-function": ["error", { max: 45, skipComments: true }],
  "no-restricted-syntax": ["error", ...markup],
};

export default [
  js.configs.recommended,
  {
    files: ["**/frontend/modules/*.js"],
    languageOptions: { globals: globals.browser },
    rules: strict,
  },
  {
    files: ["tests/frontend/*.mjs", "tools/frontend/*.js"],
    languageOptions: { globals: globals.node },
    rules: { ...strict, "max-lines-per-function": "off", "no-console": "off" },
  },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
];
