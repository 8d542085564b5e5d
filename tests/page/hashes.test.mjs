// SPDX-License-Identifier: GPL-3.0-or-later
// Our own piecewise hashes against the ones that node has, at every length around a block and however the pieces fall.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { core } from "./core.mjs";

const all = Uint8Array.from({ length: 1 << 20 }, (_, at) => (at * 167 + (at >> 8) * 13) & 255);

for (const [name, Hash, block] of [["sha256", core.Sha256, 64], ["sha512", core.Sha512, 128]])
  test(name, () => {
    const lengths = [...Array(3 * block).keys(), 1000, 65_535, 65_536, all.length];
    for (const length of lengths)
      for (const piece of [1, block - 1, block, block + 1, 4096, length || 1]) {
        if (length / piece > 10_000) continue;
        const hash = new Hash();
        for (let at = 0; at < length; at += piece) hash.update(all.subarray(at, Math.min(at + piece, length)));
        assert.equal(core.hex(hash.digest()), createHash(name).update(all.subarray(0, length)).digest("hex"), `${length} in pieces of ${piece}`);
      }
  });
