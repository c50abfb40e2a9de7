// Fails when the modules are too large for a phone far from the router.

import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const MOST_KB = 40;
const folder = new URL(
  "../../custom_components/se_aibox/frontend/modules/",
  import.meta.url,
);

const sizes = readdirSync(folder)
  .filter((name) => name.endsWith(".js"))
  .map((name) => ({ name, bytes: gzipSync(readFileSync(new URL(name, folder))).length }));
const kilobytes = sizes.reduce((sum, { bytes }) => sum + bytes, 0) / 1000;

for (const { name, bytes } of sizes.sort((a, b) => b.bytes - a.bytes)) {
  console.log(`${(bytes / 1000).toFixed(1).padStart(6)} kB  ${name}`);
}
console.log(`${kilobytes.toFixed(1).padStart(6)} kB of ${MOST_KB} kB, gzipped`);
process.exitCode = kilobytes > MOST_KB ? 1 : 0;
