// SPDX-License-Identifier: GPL-3.0-or-later
// The vectors of the formats that the check of an exhibit reads: by format, names and bytes.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./core.mjs";

const folder = join(root, "tests/vectors");

/** An exhibit has no two statements of one place, so the page does not look for them. */
const isOurs = (format, name) => (/\.(txt|vector)$/.test(name) && !name.startsWith("fork-at-"));

export function vectorFiles(format) {
  return readdirSync(join(folder, format)).filter((name) => isOurs(format, name)).map((name) => ({ name, bytes: Uint8Array.from(readFileSync(join(folder, format, name))) }));
}
