// Fails when the modules are too large for a phone far from the router.

import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

// What a dashboard loads in all its modes.
const MOST_KB = 40;
// What is imported on a press of a button that only administrators have. It has a bound
// of its own: reasons and types are a fifth of the modules, and without them the form
// would not fit into the bound above either.
const MOST_LATER_KB = 3;
const LATER = ["who.js"];
const folder = new URL(
  "../../custom_components/se_aibox/frontend/modules/",
  import.meta.url,
);

/** @param {Buffer} content */
const kilobytes = (content) => gzipSync(content, { level: 9 }).length / 1000;
/** @param {number} size @param {string} name */
const line = (size, name) => `${size.toFixed(1).padStart(6)} kB  ${name}`;

const modules = readdirSync(folder)
  .filter((name) => name.endsWith(".js"))
  .map((name) => ({ name, content: readFileSync(new URL(name, folder)) }))
  .map((module) => ({ ...module, size: kilobytes(module.content) }))
  .sort((a, b) => b.size - a.size);
const [first, later] = [false, true].map((isLater) =>
  modules.filter(({ name }) => LATER.includes(name) === isLater),
);
/** @param {typeof modules} some */
const together = (some) => kilobytes(Buffer.concat(some.map(({ content }) => content)));
const [total, totalLater] = [first, later].map(together);
// An import at the top of a module loads it at once.
const early = LATER.filter((name) =>
  first.some(({ content }) => content.includes(`from "./${name}"`)),
);

for (const { name, size } of modules) console.log(line(size, name));
console.log(line(total, `gzipped together, of ${MOST_KB} kB`));
console.log(line(totalLater, `loaded later, of ${MOST_LATER_KB} kB`));
for (const name of early) console.error(`${name} is imported at once.`);
const isTooLarge = total > MOST_KB || totalLater > MOST_LATER_KB;
process.exitCode = isTooLarge || early.length ? 1 : 0;
