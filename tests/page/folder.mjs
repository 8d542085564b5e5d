// SPDX-License-Identifier: GPL-3.0-or-later
// A folder of the disk as the page sees one.
import { createReadStream, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

export function folder(root) {
  const exhibit = { parts: new Map(), emptyFolders: [] };
  const walk = (below) => {
    const names = readdirSync(join(root, below));
    if (names.length === 0) exhibit.emptyFolders.push(below);
    for (const name of names) {
      const path = below ? `${below}/${name}` : name, full = join(root, path);
      const stat = statSync(full);
      if (stat.isDirectory()) walk(path);
      else exhibit.parts.set(path, { size: stat.size, pieces: () => createReadStream(full, { highWaterMark: 1 << 20 }) });
    }
  };
  walk("");
  return exhibit;
}

/** A file that is only in memory. */
export function part(bytes) {
  return {
    size: bytes.length,
    async *pieces() {
      for (let at = 0; at < bytes.length; at += 65536) yield bytes.subarray(at, at + 65536);
    },
  };
}

export const still = { bytes() {}, async step() {} };
