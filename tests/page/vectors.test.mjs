// SPDX-License-Identifier: GPL-3.0-or-later
// The vectors that the C++ programs run, given to the page's code: each ends with the failure that it names.
// Left out are formats that the check of an exhibit does not read (invitations, parcels, vaults, plaintext of objects).
import assert from "node:assert/strict";
import test from "node:test";
import { core } from "./core.mjs";
import { vectorFiles } from "./vector_files.mjs";
import { outcomeOf, readVector, vectorReaders } from "./vectors.mjs";

for (const [format, read] of Object.entries(vectorReaders(core))) {
  const files = vectorFiles(format);
  test(`${format}: ${files.length} vectors`, async () => {
    assert.ok(files.length > 10);
    for (const own of format === "signature" ? [false, true] : [false]) {
      core.useOwnEd25519(own);
      for (const { name, bytes } of files) {
        const vector = readVector(bytes, format === "signature");
        assert.equal(await outcomeOf(core, () => read(vector)), vector.header.expect, `${format}/${name}: ${vector.header.rule}`);
      }
    }
    core.useOwnEd25519(false);
  });
}
