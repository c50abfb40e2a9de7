// Fails when the modules are too large for a phone far from the router.

import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const MOST_KB = 40;
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
const total = kilobytes(Buffer.concat(modules.map(({ content }) => content)));

for (const { name, size } of modules) console.log(line(size, name));
console.log(line(total, `gzipped together, of ${MOST_KB} kB`));
process.exitCode = total > MOST_KB ? 1 : 0;
