// SPDX-License-Identifier: GPL-3.0-or-later
// The check as a whole, over an exhibit that the real programs made: what is green, what is amber, and that every change is red
// and names the right file.
import assert from "node:assert/strict";
import test from "node:test";
import { core } from "./core.mjs";
import { part, still } from "./folder.mjs";
import { files, fingerprint, policy } from "./witnessed.mjs";

const original = await files();
const given = { fingerprint, policy };

function check(all, what = given, emptyFolders = []) {
  const parts = new Map([...all].map(([path, bytes]) => [path, part(bytes)]));
  return core.verify({ parts, emptyFolders }, what, still);
}

async function failsWith(all, name, where, what = given, emptyFolders = []) {
  const { outcome, failure } = await check(all, what, emptyFolders);
  assert.deepEqual([outcome, failure?.name, failure?.where], ["failed", name, where]);
}

const changed = (path, bytes) => new Map([...original, [path, bytes]]);

test("verified, for fingerprint and policy that came another way", async () => {
  const findings = await check(original);
  assert.deepEqual([findings.outcome, findings.failure, findings.limits], ["verified", undefined, []]);
  assert.equal(findings.log.witnesses.length, 3);
  assert.equal(findings.time.notBefore.length, 3);
  assert.equal(findings.chain.statements, 3n);
});

test("never verified without them", async () => {
  for (const [what, limits] of [[{}, ["rootUnconfirmed", "policyUnconfirmed"]], [{ policy }, ["rootUnconfirmed"]], [{ fingerprint }, ["policyUnconfirmed"]]]) {
    const findings = await check(original, what);
    assert.deepEqual([findings.outcome, findings.limits], ["limits", limits]);
  }
});

test("another case, another policy", async () => {
  await failsWith(original, "wrong_root", "data/roster", { fingerprint: "0".repeat(64), policy });
  const text = Buffer.from(policy).toString();
  const logOnly = Buffer.from(text.split("\n")[0] + "\nquorum none\n");
  const weaker = await check(original, { fingerprint, policy: Uint8Array.from(logOnly) });
  assert.deepEqual([weaker.outcome, weaker.limits, weaker.samePolicy], ["limits", ["noWitness", "claimedOnly"], false]);
  const otherWitness = text.replace(/^(witness \S+) [0-9a-f]{64}$/m, "$1 3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const without = Uint8Array.from(Buffer.from(otherWitness.replace("group all 2", "group all 3")));
  await failsWith(original, "policy_unmet", "data/chain/000000.statement.tlog-proof", { fingerprint, policy: without });
});

/** Offsets near both ends and in the middle, more of them where more is signed. */
function offsets(bytes) {
  const some = new Set([0, 1, bytes.length - 1, bytes.length - 2]);
  for (let at = 5; at < bytes.length; at += Math.max(1, Math.floor(bytes.length / 12))) some.add(at);
  return some;
}

test("every single changed byte is refused, and the file is named", async () => {
  let count = 0;
  for (const [path, bytes] of original)
    for (const at of offsets(bytes)) {
      const other = Uint8Array.from(bytes);
      other[at] ^= 1 << (at % 8);
      const { outcome, failure } = await check(changed(path, other));
      assert.deepEqual([outcome, failure?.where], ["failed", path], `byte ${at} of ${path}: ${failure?.name} ${failure?.why}`);
      count++;
    }
  assert.ok(count > 400);
});

test("every byte of the exporter's signature and of what it signs", async () => {
  for (const path of ["tagmanifest-sha256.txt", "tagmanifest-sha256.txt.sig", "allowed_signers", "bag-info.txt"])
    for (let at = 0; at < original.get(path).length; at++) {
      const other = Uint8Array.from(original.get(path));
      other[at] ^= 1 << ((at + 3) % 8);
      const { outcome, failure } = await check(changed(path, other));
      assert.deepEqual([outcome, failure?.where], ["failed", path], `byte ${at} of ${path}: ${failure?.name} ${failure?.why}`);
    }
});

test("a byte more, a byte less", async () => {
  for (const [path, bytes] of original) {
    for (const other of [bytes.subarray(0, -1), Uint8Array.from([...bytes, 10])]) {
      const { outcome, failure } = await check(changed(path, other));
      assert.deepEqual([outcome, failure?.where], ["failed", path], `${path}: ${failure?.name} ${failure?.why}`);
    }
  }
});

test("a file less, a file more", async () => {
  for (const path of original.keys()) {
    const less = new Map(original);
    less.delete(path);
    await failsWith(less, "missing_part", path);
  }
  for (const path of ["data/item/clean.png", "data/item/notes", "../outside", "data/chain/000007.statement", "data/keys/other-1.pub", ".DS_Store"]) {
    const { outcome, failure } = await check(changed(path, new Uint8Array([1])));
    assert.deepEqual([outcome, failure?.name, failure?.where], ["failed", "unlisted_part", path]);
  }
  await failsWith(original, "unlisted_part", "data/empty", given, ["data/empty"]);
});

test("a file that changes while the check runs", async () => {
  for (const path of ["data/roster", "data/item/disclosures", "data/item/statement.tlog-proof", "allowed_signers", "data/item/original.jpg"]) {
    const parts = new Map([...original].map(([name, bytes]) => [name, part(bytes)]));
    const good = original.get(path), other = Uint8Array.from(good);
    other[20] ^= 1;
    let reads = 0;
    parts.set(path, { size: good.length, pieces: () => part(reads++ === 0 ? good : other).pieces() });
    const { failure } = await core.verify({ parts, emptyFolders: [] }, given, still);
    assert.deepEqual([failure?.name, failure?.where], ["hash_mismatch", path]);
  }
});

test("two files exchanged", async () => {
  const one = "data/chain/000000.statement.tlog-proof", two = "data/chain/000001.statement.tlog-proof";
  await failsWith(new Map([...original, [one, original.get(two)], [two, original.get(one)]]), "hash_mismatch", one);
});

test("a fingerprint as people type it", () => {
  const { readFingerprint } = core;
  assert.equal(readFingerprint(fingerprint.toUpperCase().replace(/(.{4})/g, "$1 ") + "\n").fingerprint, fingerprint);
  for (const text of ["", fingerprint.slice(1), fingerprint + "0", fingerprint.replace(/.$/, "g"), "０".repeat(64)])
    assert.equal(readFingerprint(text).fingerprint, undefined);
});
