// SPDX-License-Identifier: GPL-3.0-or-later
// Writes each vector of the package cctv-age as one file: node write-vectors.mjs FOLDER
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vectors from "cctv-age";

const folder = process.argv[2];
if (!folder) {
  console.error("usage: node write-vectors.mjs FOLDER");
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
const names = Object.keys(vectors).filter((name) => vectors[name] instanceof Uint8Array);
for (const name of names) writeFileSync(join(folder, name), vectors[name]);
console.log(`${names.length} vectors`);
