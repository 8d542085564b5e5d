// SPDX-License-Identifier: GPL-3.0-or-later
// Exhibits with keys that everybody knows, made from format.md, so that a wrong one can be signed as if it were right.
// A plan says what to make; a test changes the plan in one place.
import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";

const bytes = (...parts) => Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "utf8") : Buffer.from(part))));
export const H = (...parts) => createHash("sha256").update(bytes(...parts)).digest();
const hex = (part) => Buffer.from(part).toString("hex");
const u32 = (number) => bytes([number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255]);

export function key(seed) {
  const secret = createPrivateKey({ key: bytes(Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.alloc(32, seed)), format: "der", type: "pkcs8" });
  const open = createPublicKey(secret).export({ format: "der", type: "spki" }).subarray(-32);
  return { open, sign: (message) => sign(null, message, secret) };
}

// --- notes -----------------------------------------------------------------------------------------------------------

const keyId = (name, type, open) => H(name, "\n", [type], open).subarray(0, 4);
const noteLine = (name, id, signature) => `\u2014 ${name} ${bytes(id, signature).toString("base64")}\n`;
export const note = (text, ...signers) => bytes(text, "\n", ...signers.map(([name, who]) => noteLine(name, keyId(name, 1, who.open), who.sign(bytes(text)))));

export function rosterNote({ root, number = 1, members, revoked = [], signer = root }) {
  const lines = members.map(({ pseudonym, role, key: who }) => `member ${pseudonym} ${role} ${hex(who.open)}\n`).sort();
  const text = `dokaz/roster/v1\nroot ${hex(root.open)}\nnumber ${number}\n${lines.join("")}` +
    `recipient legal age1${"q".repeat(58)}\nrecipient team age1${"p".repeat(58)}\n` +
    revoked.map(([who, from]) => `revoked ${hex(who.open)} ${from}\n`).sort().join("");
  return note(text, ["dokaz-case", signer]);
}

export function ticketNote({ root, ticket, pseudonym, role }) {
  return note(`dokaz/ticket/v1\nroot ${hex(root.open)}\nticket ${hex(ticket.open)}\npseudonym ${pseudonym}\nrole ${role}\nuntil 2026-12-01T00:00:00Z\n`, ["dokaz-case", root]);
}

export function admissionNote({ root, ticket, member }) {
  const text = `dokaz/admission/v1\nroot ${hex(root.open)}\nticket ${hex(ticket.open)}\nmember ${hex(member.open)}\n`;
  return note(text, ["dokaz-ticket", ticket], ["dokaz-member", member]);
}

export function policyText({ log, witnesses = [], needed = 0 }) {
  const lines = [`log ${hex(log.open)}\n`, ...witnesses.map(({ name, key: who }) => `witness ${name} ${hex(who.open)}\n`)];
  if (needed > 0) lines.push(`group all ${needed} ${witnesses.map(({ name }) => name).join(" ")}\n`);
  return bytes(...lines, `quorum ${needed > 0 ? "all" : "none"}\n`);
}

// --- facts and statements --------------------------------------------------------------------------------------------

let salts = 0;
export function disclosure(name, value) {
  const salt = H("salt", String(++salts)).subarray(0, 16).toString("base64url");
  return Buffer.from(JSON.stringify([salt, name, value])).toString("base64url");
}
const factsFile = (disclosures) => bytes([...disclosures].sort().map((line) => line + "\n").join(""));
const digestOf = (line) => H(line).toString("base64url");

export const chainId = (fingerprint, member, n = 0) => H("dokaz/chain/v1\0", Buffer.from(fingerprint, "hex"), member.open, u32(n)).subarray(0, 16).toString("hex");

export function statementText({ chain, seq, prev = "0".repeat(64), act, time = "2026-05-01T10:12:00Z", seen = "0 -", key: next, objects = [], sd }) {
  const lines = ["custody/v1", `chain ${chain}`, `seq ${seq}`, `prev ${prev}`, `act ${act}`, `time ${time}`, `seen ${seen}`];
  if (next) lines.push(`key ${next}`);
  lines.push(...objects.map(({ hash, size }) => `obj ${hash} ${size}`).sort(), ...[...sd].sort().map((digest) => `sd ${digest}`));
  return bytes(lines.join("\n"), "\n");
}

/** What a `key-rotate` says of the next key, and that key's consent. */
export function nextKey({ chain, seq, prev, present, next, signer = next }) {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(seq));
  const agreed = bytes("dokaz/v1/key-rotate\0", Buffer.from(chain, "hex"), number, present.open, next.open);
  return `${hex(next.open)} ${Buffer.from(signer.sign(agreed)).toString("base64")}`;
}

export const signStatement = (text, who) => who.sign(bytes("sigsum.org/v1/tree-leaf\0", H(H(text))));
export const leafOf = (text, signature, who) => bytes(H(H(text)), signature, H(who.open));

// --- the log ---------------------------------------------------------------------------------------------------------

export function rootOf(leaves) {
  if (leaves.length === 0) return H("");
  if (leaves.length === 1) return H([0], leaves[0]);
  const half = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return H([1], rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)));
}

export function pathOf(leaves, index) {
  if (leaves.length <= 1) return [];
  const half = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return index < half ? [...pathOf(leaves.slice(0, half), index), rootOf(leaves.slice(half))]
    : [...pathOf(leaves.slice(half), index - half), rootOf(leaves.slice(0, half))];
}

function cosignature({ name, key: who }, time, text) {
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(BigInt(time));
  return { line: noteLine(name, keyId(name, 4, who.open), bytes(stamp, who.sign(bytes(`cosignature/v1\ntime ${time}\n`, text)))), stamp, who, time: BigInt(time) };
}

/** The proof that the tree of the first `older` leaves is the beginning of this one (RFC 9162, section 2.1.4.1). */
export function consistencyOf(leaves, older, isWhole = true) {
  if (older === leaves.length) return isWhole ? [] : [rootOf(leaves)];
  const half = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return older <= half ? [...consistencyOf(leaves.slice(0, half), older, isWhole), rootOf(leaves.slice(half))]
    : [...consistencyOf(leaves.slice(half), older - half, false), rootOf(leaves.slice(0, half))];
}

export function receipt({ log, leaves, index, witnesses, time }) {
  const root = rootOf(leaves), origin = `sigsum.org/v1/tree/${hex(H(log.open))}`;
  const text = `${origin}\n${leaves.length}\n${root.toString("base64")}\n`;
  const signature = log.sign(bytes(text)), cosigned = witnesses.map((witness) => cosignature(witness, time, text));
  const checkpoint = bytes(text, "\n", noteLine(origin, keyId(origin, 1, log.open), signature), ...cosigned.map(({ line }) => line));
  const leaf = leaves[index], path = pathOf(leaves, index);
  const tlog = bytes("c2sp.org/tlog-proof@v1\n", `extra ${leaf.subarray(32).toString("base64")}\n`, `index ${index}\n`,
    ...path.map((hash) => hash.toString("base64") + "\n"), "\n", checkpoint);
  const sigsum = ["version=2", `log=${hex(H(log.open))}`, `leaf=${hex(leaf.subarray(96))} ${hex(leaf.subarray(32, 96))}`, "", `size=${leaves.length}`,
    `root_hash=${hex(root)}`, `signature=${hex(signature)}`, ...cosigned.map(({ who, time: at, line }) =>
      `cosignature=${hex(H(who.open))} ${at} ${hex(Buffer.from(line.split(" ")[2], "base64").subarray(12))}`)];
  if (leaves.length > 1) sigsum.push("", `leaf_index=${index}`, ...path.map((hash) => `node_hash=${hex(hash)}`));
  return { tlog, checkpoint, root, sigsum: bytes(sigsum.join("\n"), "\n"), seen: `${leaves.length} ${root.toString("base64")}` };
}

// --- the bag ---------------------------------------------------------------------------------------------------------

const field = (part) => bytes(u32(Buffer.from(part).length), part);
export const keyBlob = (open) => bytes(field("ssh-ed25519"), field(open));
export const keyFile = (open, owner) => bytes(`ssh-ed25519 ${keyBlob(open).toString("base64")} ${owner}\n`);

export function sshsig(message, who, { namespace = "dokaz-exhibit", hash = "sha512" } = {}) {
  const digest = createHash(hash).update(message).digest();
  const signature = who.sign(bytes("SSHSIG", field(namespace), field(""), field(hash), field(digest)));
  const blob = bytes("SSHSIG", u32(1), field(keyBlob(who.open)), field(namespace), field(""), field(hash), field(bytes(field("ssh-ed25519"), field(signature))));
  return bytes("-----BEGIN SSH SIGNATURE-----\n", blob.toString("base64").replace(/.{70}(?=.)/g, "$&\n"), "\n-----END SSH SIGNATURE-----\n");
}

export const manifest = (files, hash = "sha256") => bytes([...files].sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([path, content]) => `${createHash(hash).update(content).digest("hex")}  ${path}\n`).join(""));

/** A plan of a right exhibit: everything in it may be changed before `make`. */
export function plan() {
  const keys = { root: key(1), server: key(2), member: key(3), ticket: key(4), counsel: key(5), log: key(6), north: key(7), south: key(8), other: key(9), second: key(10), reviewer: key(11) };
  const clean = bytes("the clean copy"), original = bytes("the original");
  const objects = [bytes("age-encryption.org/v1 team"), bytes("age-encryption.org/v1 legal")];
  return {
    keys, clean, original, objects,
    root: keys.root, log: keys.log, signer: keys.member, exporter: keys.counsel, exporterName: "counsel",
    members: [{ pseudonym: "counsel", role: "counsel", key: keys.counsel }, { pseudonym: "reader", role: "reviewer", key: keys.reviewer }, { pseudonym: "server", role: "server", key: keys.server }],
    tickets: [{ pseudonym: "witness-1", role: "documenter", ticket: keys.ticket, member: keys.member }],
    witnesses: [{ name: "example.org/north", key: keys.north }, { name: "example.org/south", key: keys.south }],
    needed: 2, stamp: 1_777_000_000, act: "seal", earlierActs: ["genesis", "seal"],
    facts: [["object", "team"], ["object", "legal"], ["media.type", "image/jpeg"], ["clean.sha256", hex(H(clean))], ["clean.size", clean.length],
      ["original.sha256", hex(H(original))], ["original.sha512", createHash("sha512").update(original).digest("hex")], ["original.size", original.length],
      ["removed", []], ["removed", []], ["decoy", "x"], ["capture.time", "2026-05-01T10:12"]],
    hidden: ["decoy", "capture.time"],
    /** Each is called with what was made so far, and may change it. */
    statements: () => {}, log_: () => {}, files: () => {}, tags: () => {}, last: () => {},
  };
}

/** Path to bytes, and what to check them with. */
export function make(p) {
  const fingerprint = hex(H(p.root.open));
  const disclosures = p.facts.map(([name, value]) => ({ name, text: disclosure(name, value) }));
  const objects = p.objects.map((object) => ({ hash: hex(H(object)), size: object.length }));
  const chain = chainId(fingerprint, p.signer), serverChain = chainId(fingerprint, p.keys.server);
  const first = bytes("an earlier leaf of somebody else".padEnd(128, "."));
  const made = { fingerprint, chain: [], leaves: [first], disclosures };
  // One leaf after the other; what a statement has seen is the tree before it.
  const append = (text, who) => made.leaves.push(leafOf(text, signStatement(text, who), who)) - 1;
  const seenNow = () => receipt({ log: p.log, leaves: made.leaves, index: 0, witnesses: [], time: 0 }).seen;
  let prev = "0".repeat(64), present = p.signer, epoch = 0;
  p.earlierActs.forEach((act, seq) => {
    const next = act === "key-rotate" ? p.next?.[seq] ?? key(60 + seq) : undefined;
    const agreed = next && { chain, seq, prev, present, next, ...p.consent };
    const values = { chain, seq, prev, act, objects: act === "seal" ? [{ hash: hex(H(`object ${seq}`)), size: 7 }] : [], sd: [digestOf(disclosure("decoy", String(seq)))], ...(next && { key: nextKey(agreed) }), ...p.earlier?.[seq] };
    const text = statementText(values);
    const who = p.earlierSigner?.[seq] ?? present;
    if (next) [present, epoch] = [next, epoch + 1];
    made.chain.push({ text, who, index: p.lateChain?.includes(seq) ? undefined : append(text, who) });
    prev = hex(H(text));
  });
  const seenSize = made.leaves.length;
  made.item = { values: { chain, seq: p.earlierActs.length, prev, act: p.act, seen: seenNow(), objects, sd: disclosures.map(({ text }) => digestOf(text)), ...p.item }, who: p.itemSigner?.(present) ?? present };
  made.item.text = statementText(made.item.values);
  made.item.index = append(made.item.text, made.item.who);
  for (const earlier of made.chain) earlier.index ??= append(earlier.text, earlier.who);
  const M = hex(H(made.item.text));
  const answer = disclosure("statement", p.answers ?? M);
  made.receive = { values: { chain: serverChain, seq: 5, prev: "a".repeat(64), act: "receive", seen: seenNow(), objects, sd: [digestOf(answer)], ...p.receive }, who: p.receiver ?? p.keys.server };
  made.receive.text = statementText(made.receive.values);
  made.receive.index = append(made.receive.text, made.receive.who);
  const receiptAt = ({ index }, leaves = made.leaves, witnesses = p.witnesses, time = p.stamp) => receipt({ log: p.log, leaves, index, witnesses, time });
  // The earlier statements have receipts under the tree that the item has seen, which witnesses cosigned.
  const older = made.leaves.slice(0, seenSize);
  const files = new Map([["data/policy", policyText({ log: p.log, witnesses: p.witnesses, needed: p.needed })],
    ["data/roster", rosterNote({ root: p.root, members: p.members })]]);
  for (const { pseudonym, role, ticket, member } of p.tickets) {
    files.set(`data/members/${pseudonym}.ticket`, ticketNote({ root: p.root, ticket, pseudonym, role }));
    files.set(`data/members/${pseudonym}.admission`, admissionNote({ root: p.root, ticket, member }));
  }
  made.chain.forEach((earlier, seq) => {
    const path = `data/chain/${String(seq).padStart(6, "0")}.statement`;
    files.set(path, earlier.text);
    files.set(`${path}.tlog-proof`, earlier.index < seenSize ? receiptAt(earlier, older, p.witnesses, p.stamp - 500).tlog : receiptAt(earlier).tlog);
  });
  for (const [folder, statement] of [["item", made.item], ["receive", made.receive]]) {
    const { tlog, sigsum } = receiptAt(statement, made.leaves, folder === "receive" ? p.receiveWitnesses ?? p.witnesses : p.witnesses);
    files.set(`data/${folder}/statement`, statement.text).set(`data/${folder}/statement.tlog-proof`, tlog).set(`data/${folder}/statement.sigsum-proof`, sigsum);
  }
  files.set("data/item/disclosures", factsFile(disclosures.filter(({ name }) => !p.hidden.includes(name)).map(({ text }) => text)));
  files.set("data/receive/disclosures", factsFile([answer]));
  if (p.clean) files.set("data/item/clean.jpg", p.clean);
  if (p.original) files.set("data/item/original.jpg", p.original);
  for (const object of p.objects) files.set(`data/item/objects/${hex(H(object))}.age`, object);
  for (const [owner, who, file = owner] of [["witness-1", present, epoch > 0 ? `witness-1.${epoch}` : "witness-1"], ["counsel", p.keys.counsel], ["server", p.keys.server], ["log", p.log]])
    files.set(`data/keys/${file}.pub`, keyFile(who.open, owner));
  p.files(files, made);
  const tags = new Map([["README.html", bytes("<p>")], ["verify.sh", bytes("exit 1\n")],
    ["bagit.txt", bytes("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")],
    ["bag-info.txt", bytes(`Bagging-Date: 2026-05-02\nExternal-Identifier: ${M}\nPayload-Oxum: ${[...files.values()].reduce((sum, file) => sum + file.length, 0)}.${files.size}\n`)],
    ["allowed_signers", bytes(`${p.exporterName} namespaces="dokaz-exhibit" ssh-ed25519 ${keyBlob(p.exporter.open).toString("base64")}\n`)],
    ["manifest-sha256.txt", manifest(files)]]);
  p.tags(tags, files);
  const tagManifest = p.tagManifest?.(manifest(tags)) ?? manifest(tags);
  const all = new Map([...files, ...tags, ["tagmanifest-sha256.txt", tagManifest], ["tagmanifest-sha256.txt.sig", p.sshsig?.(tagManifest) ?? sshsig(tagManifest, p.exporter)]]);
  p.last(all);
  return { files: all, fingerprint: p.given?.fingerprint ?? fingerprint, policy: p.given?.policy ?? policyText({ log: p.log, witnesses: p.witnesses, needed: p.needed }) };
}

export { bytes, hex, factsFile, digestOf };
