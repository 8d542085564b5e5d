// SPDX-License-Identifier: GPL-3.0-or-later
// Archives and names are made by whoever sends them: what is a trap is refused by name, and nothing grows without bound.
import { File } from "node:buffer";
import assert from "node:assert/strict";
import test from "node:test";
import { tar, zip } from "./archives.mjs";
import { core } from "./core.mjs";
import { still } from "./folder.mjs";
import { files, fingerprint, policy } from "./witnessed.mjs";

const original = [...await files()].map(([name, bytes]) => ({ name: `exhibit/${name}`, bytes }));
const small = [{ name: "exhibit/bagit.txt", bytes: Buffer.from("x") }];
const arrive = (bytes, name = "a.zip") => core.fromFiles([new File([bytes], name)]);

async function refused(bytes, failure, why) {
  await assert.rejects(arrive(bytes), (error) => {
    assert.deepEqual([error.failure, error.why], [failure, why]);
    return true;
  });
}

// Debian 12's node knows no raw deflate; the browsers do.
const inflates = () => { try { return !!new DecompressionStream("deflate-raw"); } catch { return false; } };
const skip = inflates() ? false : "not shown: this node reads no raw deflate";

test("whole archives are verified, however they are packed", { skip }, async () => {
  const packed = original.map((entry) => ({ ...entry, packed: true }));
  const folders = ["exhibit/", "exhibit/data/", "exhibit/data/item/"].map((name) => ({ name, bytes: new Uint8Array(), type: "5" }));
  const bare = original.map((entry) => ({ ...entry, name: entry.name.replace("exhibit/", "./") }));
  const elsewhere = original.map((entry) => ({ ...entry, name: entry.name.replace("exhibit/", "Доказ 7/") }));
  for (const bytes of [zip(original), zip(packed), zip([...folders, ...packed], { comment: "a comment" }), tar(original),
    tar([...folders, ...original]), tar([{ name: "./", type: "5" }, ...bare]), tar(elsewhere), zip(elsewhere)]) {
    const findings = await core.verify(await arrive(bytes), { fingerprint, policy }, still);
    assert.deepEqual([findings.outcome, findings.failure], ["verified", undefined]);
  }
});

test("names that lead somewhere else", async () => {
  const names = ["exhibit/../bagit.txt", "exhibit/data/../x", "exhibit//x", "exhibit/a\\b", "exhibit/./x", "exhibit/\u202egpj.x", "exhibit/\u0007", "exhibit/a b"];
  for (const name of names) await refused(zip([...small, { name, bytes: new Uint8Array([1]) }]), "malformed", "badName");
  await refused(zip([...small, { name: "exhibit/" + "a".repeat(60_000) + "é", bytes: new Uint8Array() }]), "malformed", "badName");
  await refused(zip([...small, { name: "exhibit/x\0.txt", bytes: new Uint8Array() }]), "malformed", "badName");
  for (const name of ["/etc/passwd", "other/file", "../x"])
    await refused(tar([...small, { name, bytes: new Uint8Array([1]) }]), "unlisted_part", "noExhibit");
  await refused(tar([...small, { name: "exhibit/link", type: "2" }]), "malformed", "badName");
  await refused(tar([...small, { name: "exhibit/link", type: "1" }]), "malformed", "badName");
});

test("one name twice", async () => {
  await refused(zip([...small, ...small]), "malformed", "duplicate");
  await refused(tar([...small, ...small]), "malformed", "duplicate");
  await refused(tar([...small, { ...small[0], name: "exhibit/bagit.txt", bytes: Buffer.from("other") }]), "malformed", "duplicate");
});

test("lists that lie", async () => {
  await refused(zip([{ ...small[0], localName: "exhibit/other.txt" }]), "malformed", "archive");
  await refused(zip([{ ...small[0], method: 14 }]), "malformed", "archive");
  await refused(zip([{ ...small[0], flags: 1 }]), "malformed", "archive");
  await refused(zip([{ ...small[0], claimed: 5 }]), "malformed", "archive");
  await refused(zip(small, { after: Buffer.from("more") }), "malformed", "archive");
  await refused(zip(small).subarray(0, -3), "malformed", "archive");
  const moved = zip(small);
  moved.writeUInt32LE(7, moved.length - 6);
  await refused(moved, "malformed", "archive");
  const many = zip(small);
  many.writeUInt16LE(9, many.length - 12);
  await refused(many, "malformed", "archive");
  await refused(tar(small, { after: Buffer.from("more") }), "malformed", "archiveEnd");
  await refused(tar(small, { end: 0 }), "malformed", "archive");
  await refused(tar([{ ...small[0], size: 1 << 30 }]), "malformed", "archive");
  const flipped = tar(small);
  flipped[3] ^= 1;
  await refused(flipped, "malformed", "archive");
});

test("no archive, no exhibit", async () => {
  await refused(Buffer.from("a text"), "malformed", "notArchive");
  await refused(new Uint8Array(), "malformed", "notArchive");
  await refused(zip([]), "missing_part", "noExhibit");
  await refused(zip([{ name: "exhibit/readme", bytes: new Uint8Array() }]), "missing_part", "noExhibit");
  await refused(zip([{ name: "a/b/bagit.txt", bytes: new Uint8Array() }]), "missing_part", "noExhibit");
});

test("what bursts is stopped at the size that was stated", { skip }, async () => {
  const bomb = original.map((entry) => (entry.name.endsWith("clean.jpg") ? { ...entry, bytes: Buffer.alloc(50 << 20), packed: true, claimed: 1000 } : entry));
  let read = 0;
  const findings = await core.verify(await arrive(zip(bomb)), { fingerprint, policy }, { bytes: (count) => (read += count), async step() {} });
  assert.deepEqual([findings.failure?.name, findings.failure?.why, findings.failure?.where], ["malformed", "archiveLength", "data/item/clean.jpg"]);
  assert.ok(read < 1 << 20);
  const short = original.map((entry) => (entry.name.endsWith("clean.jpg") ? { ...entry, packed: true, claimed: 4_000_000_000 } : entry));
  const other = await core.verify(await arrive(zip(short)), { fingerprint, policy }, still);
  assert.equal(other.failure?.where, "data/item/clean.jpg");
});

test("empty folders are seen", async () => {
  const entries = [...original.map((entry) => ({ ...entry, type: "0" })), { name: "exhibit/data/empty/", type: "5" }];
  const findings = await core.verify(await arrive(tar(entries)), { fingerprint, policy }, still);
  assert.deepEqual([findings.failure?.name, findings.failure?.where], ["unlisted_part", "data/empty"]);
});

test("facts that are deep, or not what they seem", () => {
  const read = (text) => core.readJson(Uint8Array.from(Buffer.from(text)), 9);
  const deep = "[".repeat(100_000) + "]".repeat(100_000);
  for (const text of [deep, '{"a":1,"a":2}', '{"b":1,"a":2}', '["a",]', "01", "1e3", "-0", "[1] ", '"\\u0041"', '{"__proto__":1}x'])
    assert.throws(() => read(text), core.Failure);
  assert.deepEqual(read('{"__proto__":[1]}'), { pairs: [["__proto__", [1]]] });
});
