// SPDX-License-Identifier: GPL-3.0-or-later
// The check as a whole, over a dossier that the real programs made, with a time stamp by OpenSSL: what is green, what is amber,
// that every change is red and names the right file; and over one of many items.
import { File } from "node:buffer";
import assert from "node:assert/strict";
import test from "node:test";
import { tar, zip } from "./archives.mjs";
import { core } from "./core.mjs";
import { part, still } from "./folder.mjs";
import { dossierPlan, makeDossier } from "./forge_dossier.mjs";
import { certificate, extensionsOf, newKey, pemOf, response } from "./time_authority.mjs";
import { authority, files, fingerprint, policy } from "./witnessed.mjs";

const original = await files("dossier.tar");
const roots = { certificates: core.readRoots(authority), hashes: [] };
const given = { fingerprint, policy, roots };

function check(all, what = given, emptyFolders = []) {
  const parts = new Map([...all].map(([path, bytes]) => [path, part(bytes)]));
  return core.verify({ parts, emptyFolders }, what, still);
}

test("what it says", async () => {
  const { kind, outcome, failure, limits, dossier, anchors } = await check(original);
  assert.deepEqual([kind, outcome, failure, limits], ["dossier", "verified", undefined, []]);
  assert.deepEqual([dossier.addressee, dossier.use, dossier.items.length, dossier.chains.length], ["a court", "court", 2, 1]);
  assert.deepEqual(dossier.chains[0].withheld.map(({ seq, reason }) => [seq, reason]), [[1n, "consent"]]);
  assert.deepEqual(anchors.map(({ authority: name, stamp }) => [name, stamp.state, stamp.who]), [["clock", "holds", "CN=Test Clock"]]);
  for (const { time, chain, log } of dossier.items) {
    assert.ok(time.before !== undefined && time.after !== undefined && time.before <= time.after && time.stamps.length <= 1);
    assert.deepEqual([chain.storedBy.role, log.witnesses.length >= 2], ["server", true]);
  }
});

test("never verified without what came another way", async () => {
  for (const [what, limits] of [[{}, ["rootUnconfirmed", "policyUnconfirmed", "stampUnconfirmed"]], [{ policy, roots }, ["rootUnconfirmed"]], [{ fingerprint, roots }, ["policyUnconfirmed"]],
    [{ fingerprint, policy }, ["stampUnconfirmed"]]]) {
    const findings = await check(original, what);
    assert.deepEqual([findings.outcome, findings.limits], ["limits", limits]);
  }
});

test("the root by its SHA-256", async () => {
  const hash = core.hex(await core.sha256(roots.certificates[0].whole));
  assert.deepEqual((await check(original, { fingerprint, policy, roots: { certificates: [], hashes: [hash] } })).limits, []);
  assert.deepEqual((await check(original, { fingerprint, policy, roots: { certificates: [], hashes: ["0".repeat(64)] } })).limits, ["stampUnconfirmed"]);
});

test("a clock that is behind refuses what is signed", async () => {
  const { failure } = await check(original, { ...given, now: 1_600_000_000_000 });
  assert.deepEqual([failure.name, failure.why], ["bad_signature", "ahead"]);
});

/** Three places of each file, and the exporter's signature whole. */
test("every single changed byte is refused, and the file is named", async () => {
  let count = 0;
  for (const [path, bytes] of original) {
    const some = /allowed|\.sig$|bag-info|data\/dossier/.test(path) ? bytes.keys() : [0, Math.floor(bytes.length / 2), bytes.length - 1];
    for (const at of some) {
      const other = Uint8Array.from(bytes);
      other[at] ^= 1 << (at % 8);
      const { outcome, failure } = await check(new Map([...original, [path, other]]));
      assert.deepEqual([outcome, failure?.where], ["failed", path], `byte ${at} of ${path}: ${failure?.name} ${failure?.why}`);
      count++;
    }
  }
  assert.ok(count > 500);
});

test("a file less, a file more, two exchanged", async () => {
  for (const path of original.keys()) {
    const { failure } = await check(new Map([...original].filter(([name]) => name !== path)));
    assert.equal(failure?.name, "missing_part", path);
    assert.ok(failure.where === path || path === "data/dossier" || path === "manifest-sha512.txt", `${path}: ${failure.where}`);
  }
  for (const path of ["data/items/0003/clean.jpg", "data/documents/x", ".DS_Store", "data/chains/x"]) {
    const { failure } = await check(new Map([...original, [path, new Uint8Array([1])]]));
    assert.deepEqual([failure?.name, failure?.where], ["unlisted_part", path]);
  }
  const { failure } = await check(original, given, ["data/items/0003"]);
  assert.deepEqual([failure?.name, failure?.where], ["unlisted_part", "data/items/0003"]);
  const [one, two] = ["data/items/0001/statement", "data/items/0002/statement"];
  const exchanged = await check(new Map([...original, [one, original.get(two)], [two, original.get(one)]]));
  assert.deepEqual([exchanged.failure?.name, exchanged.failure?.where], ["hash_mismatch", one]);
});

test("a file that changes while the check runs", async () => {
  for (const path of ["data/dossier", "data/items/0002/disclosures", "data/items/0001/statement.tlog-proof"]) {
    const parts = new Map([...original].map(([name, bytes]) => [name, part(bytes)]));
    const good = original.get(path), other = Uint8Array.from(good);
    other[10] ^= 1;
    let reads = 0;
    parts.set(path, { size: good.length, pieces: () => part(reads++ === 0 ? good : other).pieces() });
    const { failure } = await core.verify({ parts, emptyFolders: [] }, given, still);
    assert.deepEqual([failure?.name, failure?.where], ["hash_mismatch", path]);
  }
});

test("in an archive", async () => {
  const entries = [...original].map(([name, bytes]) => ({ name: `case 7/${name}`, bytes }));
  for (const bytes of [tar(entries), zip(entries)])
    assert.equal((await core.verify(await core.fromFiles([new File([bytes], "a")]), given, still)).outcome, "verified");
});

test("certificates that all sign each other keep nobody waiting", async () => {
  const key = newKey(), many = Array.from({ length: 15 }, () => certificate({ subject: "Loop", key, extensions: extensionsOf.authorityForAll() }));
  const signer = certificate({ subject: "Clock", key: newKey(), issuer: many[0], extensions: extensionsOf.stamps() });
  const elsewhere = certificate({ subject: "Elsewhere", key: newKey(), extensions: extensionsOf.authorityForAll() }), plan = dossierPlan();
  plan.anchors = { authorities: { clock: (checkpoint) => ({ tsr: response(checkpoint, { signer, at: 1_777_000_060, certificates: [signer, ...many] }), chain: pemOf(signer, ...many.slice(1), elsewhere) }) } };
  const made = makeDossier(plan);
  const findings = await check(new Map([...made.files].map(([path, bytes]) => [path, Uint8Array.from(bytes)])), { fingerprint: made.fingerprint, policy: Uint8Array.from(made.policy) });
  assert.deepEqual(findings.limits, ["stampUnjudged"]);
});

test("a large file has the hashes that the browser would give", async () => {
  const made = makeDossier({ ...dossierPlan(), documents: { "film.bin": "x".repeat(70 << 20) } });
  const parts = new Map([...made.files].map(([path, bytes]) => [path, part(Uint8Array.from(bytes))]));
  const { failure } = await core.verify({ parts, emptyFolders: [] }, { fingerprint: made.fingerprint, policy: Uint8Array.from(made.policy) }, still);
  assert.equal(failure, undefined);
});

// Steps, not seconds: each file is read a fixed number of times, and somebody who waits is told again and again.
test("many items, in steps that grow with them alone", async () => {
  const reads = async (items) => {
    const plan = dossierPlan();
    plan.events = [...plan.events.slice(0, 3), ...Array.from({ length: items }, (_, at) => ({ by: at % 2 ? "anna" : "birch", act: "seal", item: true, name: `item ${at}`, stored: false }))];
    const made = makeDossier(plan), parts = new Map();
    let count = 0, steps = 0;
    for (const [path, bytes] of made.files) {
      const whole = part(Uint8Array.from(bytes));
      parts.set(path, { size: whole.size, pieces: () => (count++, whole.pieces()) });
    }
    const findings = await core.verify({ parts, emptyFolders: [] }, { fingerprint: made.fingerprint, policy: Uint8Array.from(made.policy) }, { bytes() {}, async step() { steps++; } });
    assert.deepEqual([findings.failure, findings.dossier.items.length], [undefined, items]);
    assert.ok(steps >= 2 * items);
    return count / items;
  };
  const few = await reads(20), many = await reads(200);
  assert.ok(many <= few, `${few} reads an item, then ${many}`);
});
