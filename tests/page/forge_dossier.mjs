// SPDX-License-Identifier: GPL-3.0-or-later
// Dossiers with keys that everybody knows, made from format.md, so that a wrong one can be signed as if it were right.
// A plan is the story of a log; a test changes it in one place.
import { createHash } from "node:crypto";
import {
  admissionNote, bytes, chainId, consistencyOf, digestOf, disclosure, factsFile, H, hex, key, keyBlob, keyFile, leafOf, manifest, nextKey, policyText,
  receipt, rosterNote, rootOf, signStatement, sshsig, statementText, ticketNote,
} from "./forge.mjs";

const item = (by, name, more = {}) => ({ by, act: "seal", item: true, name, ...more });

/** A plan of a right dossier: everything in it may be changed before `makeDossier`. */
export function dossierPlan() {
  const keys = { root: key(1), server: key(2), anna: key(3), annaTicket: key(4), counsel: key(5), log: key(6), north: key(7), south: key(8), other: key(9),
    birch: key(12), birchTicket: key(13), reviewer: key(11), birchSecond: key(14) };
  return {
    keys, exporter: keys.counsel, exporterName: "counsel", addressee: "a court", use: "court",
    members: [{ pseudonym: "counsel", role: "counsel", key: keys.counsel }, { pseudonym: "reader", role: "reviewer", key: keys.reviewer }, { pseudonym: "server", role: "server", key: keys.server }],
    tickets: [{ pseudonym: "anna", role: "documenter", ticket: keys.annaTicket, member: keys.anna }, { pseudonym: "birch", role: "documenter", ticket: keys.birchTicket, member: keys.birch }],
    witnesses: [{ name: "example.org/north", key: keys.north }, { name: "example.org/south", key: keys.south }], needed: 2, stamp: 1_777_000_000,
    /** In the order of the log; what is before `cut` has receipts under the tree that the rest has seen. */
    events: [
      { by: "anna", act: "genesis" }, { by: "birch", act: "genesis" }, { cut: true },
      item("anna", "one"), { by: "anna", act: "note" }, { by: "anna", act: "seal", name: "hidden" }, item("anna", "two"),
      { by: "birch", act: "key-rotate", next: keys.birchSecond }, item("birch", "three"),
    ],
    /** Items in the exporter's order, by name. */
    order: undefined,
    withheld: (made) => made.withheld.map(({ chain, seq }) => ({ chain, seq, reason: "consent" })),
    documents: { "letter.pdf": "a letter", "lists/index.csv": "1,2\n" },
    cover: (text) => text, files: () => {}, tags: () => {}, last: () => {},
    /** `{ size?, from?: sizes, authorities: { name: { tsr, chain, crl? } } }` of a checkpoint's bytes and size; none without. */
    anchors: undefined,
  };
}

/** Path to bytes, and what to check them with. */
export function makeDossier(p) {
  const { keys } = p, fingerprint = hex(H(keys.root.open)), log = keys.log;
  const chains = new Map(), leaves = [bytes("an earlier leaf of somebody else".padEnd(128, "."))], statements = [];
  let seen = "0 -", cut = 0;
  const head = (size = leaves.length) => receipt({ log, leaves: leaves.slice(0, size), index: 0, witnesses: [], time: 0 });
  const append = (text, who) => leaves.push(leafOf(text, signStatement(text, who), who)) - 1;
  for (const event of p.events) {
    if (event.cut) {
      [seen, cut] = [p.seen ?? head().seen, leaves.length];
      continue;
    }
    const { by, act, chainNumber = 0, name = `${by} ${statements.length}` } = event, member = keys[by];
    const chain = chainId(fingerprint, member, chainNumber);
    const state = chains.get(chain) ?? { seq: 0, prev: "0".repeat(64), present: member, epoch: 0 };
    chains.set(chain, state);
    const facts = [], objects = act === "seal" ? [bytes(`age-encryption.org/v1 team ${name}`), bytes(`age-encryption.org/v1 legal ${name}`)] : [];
    const clean = bytes(`the clean copy of ${name}`), original = bytes(`the original of ${name}`);
    if (act === "seal") facts.push(["object", "team"], ["media.type", "image/jpeg"], ["clean.sha256", hex(H(clean))], ["clean.size", clean.length],
      ["original.sha256", hex(H(original))], ["original.size", original.length], ["decoy", name]);
    else facts.push(["decoy", name]);
    const disclosures = facts.map(([fact, value]) => ({ name: fact, text: disclosure(fact, value) }));
    const place = { chain, seq: state.seq, prev: state.prev };
    const values = { ...place, act, seen: statements.length > 1 && cut > 0 ? seen : "0 -", objects: objects.map((object) => ({ hash: hex(H(object)), size: object.length })),
      sd: disclosures.map(({ text }) => digestOf(text)), ...(event.next && { key: nextKey({ ...place, present: state.present, next: event.next }) }), ...event.values };
    const text = statementText(values), who = event.signer ?? state.present;
    const one = { event, chain, seq: state.seq, text, who, by, epoch: state.epoch, clean, original, objects, disclosures, index: append(text, who), isOlder: cut === 0 };
    statements.push(one);
    if (event.next) Object.assign(state, { present: event.next, epoch: state.epoch + 1 });
    Object.assign(state, { seq: state.seq + 1, prev: hex(H(text)) });
    if (!event.item || event.stored === false) continue;
    const answer = disclosure("statement", hex(H(text)));
    const received = statementText({ chain: chainId(fingerprint, keys.server), seq: 5 + statements.length, prev: "a".repeat(64), act: "receive", seen: head().seen, objects: values.objects, sd: [digestOf(answer)], ...event.receive });
    one.received = { text: received, answer, index: append(received, keys.server) };
  }
  const made = { fingerprint, leaves, statements, cut, withheld: statements.filter(({ event }) => event.act === "seal" && !event.item) };
  const older = leaves.slice(0, cut), receiptOf = (index, isOlder = false) => receipt(isOlder
    ? { log, leaves: older, index, witnesses: p.witnesses, time: p.stamp - 500 } : { log, leaves, index, witnesses: p.lateWitnesses ?? p.witnesses, time: p.stamp });
  const files = new Map([["data/policy", policyText({ log, witnesses: p.witnesses, needed: p.needed })], ["data/roster", rosterNote({ root: keys.root, members: p.members })]]);
  for (const { pseudonym, role, ticket, member } of p.tickets) {
    files.set(`data/members/${pseudonym}.ticket`, ticketNote({ root: keys.root, ticket, pseudonym, role }));
    files.set(`data/members/${pseudonym}.admission`, admissionNote({ root: keys.root, ticket, member }));
  }
  const shown = statements.filter(({ event }) => event.item), items = p.order ? p.order.map((name) => shown.find(({ event }) => event.name === name)) : shown;
  made.items = items;
  items.forEach((one, at) => {
    const folder = `data/items/${String(at + 1).padStart(4, "0")}/`;
    files.set(`${folder}statement`, one.text);
    const { tlog, sigsum } = receiptOf(one.index);
    files.set(`${folder}statement.tlog-proof`, tlog).set(`${folder}statement.sigsum-proof`, sigsum);
    files.set(`${folder}disclosures`, factsFile(one.disclosures.filter(({ name }) => name !== "decoy" && !one.event.hidden?.includes(name)).map(({ text }) => text)));
    files.set(`${folder}clean.jpg`, one.clean);
    if (at === 0) files.set(`${folder}original.jpg`, one.original);
    for (const object of one.objects) files.set(`${folder}${hex(H(object))}.age`, object);
    files.set(`data/keys/${one.by}${one.epoch > 0 ? `.${one.epoch}` : ""}.pub`, keyFile(one.who.open, one.by));
    if (!one.received) return;
    files.set(`${folder}receive`, one.received.text).set(`${folder}receive.disclosures`, factsFile([one.received.answer]))
      .set(`${folder}receive.tlog-proof`, receiptOf(one.received.index).tlog);
    files.set("data/keys/server.pub", keyFile(keys.server.open, "server"));
  });
  const chainsShown = new Set(items.map(({ chain }) => chain));
  for (const one of statements) {
    if (one.event.item || (!chainsShown.has(one.chain) && !p.allChains)) continue;
    const path = `data/chains/${one.chain}/${String(one.seq).padStart(6, "0")}.statement`;
    files.set(path, one.text).set(`${path}.tlog-proof`, receiptOf(one.index, one.isOlder).tlog);
  }
  files.set("data/keys/counsel.pub", keyFile(p.keys.counsel.open, "counsel")).set("data/keys/log.pub", keyFile(log.open, "log"));
  for (const [name, content] of Object.entries(p.documents)) files.set(`data/documents/${name}`, bytes(content));
  const withheld = p.withheld(made).map(({ chain, seq, reason }) => `withheld ${chain} ${seq} ${reason}\n`);
  files.set("data/dossier", bytes(p.cover(`dokaz/dossier/v1\nfor ${p.addressee}\nuse ${p.use}\nitems ${items.length}\n${withheld.join("")}`)));
  if (p.anchors) addAnchors(p, made, files);
  p.files(files, made);
  const payload = manifest(files);
  const tags = new Map([["README.html", bytes("<p>")], ["verify.sh", bytes("exit 1\n")],
    ["bagit.txt", bytes("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")],
    ["bag-info.txt", bytes(`Bagging-Date: 2026-05-02\nExternal-Identifier: ${hex(H(payload))}\nPayload-Oxum: ${[...files.values()].reduce((sum, file) => sum + file.length, 0)}.${files.size}\n`)],
    ["allowed_signers", bytes(`${p.exporterName} namespaces="dokaz-exhibit" ssh-ed25519 ${keyBlob(p.exporter.open).toString("base64")}\n`)],
    ["manifest-sha256.txt", payload], ["manifest-sha512.txt", manifest(files, "sha512")]]);
  p.tags(tags, files);
  const tagManifest = manifest(tags);
  const all = new Map([...files, ...tags, ["tagmanifest-sha256.txt", tagManifest], ["tagmanifest-sha256.txt.sig", sshsig(tagManifest, p.exporter)]]);
  p.last(all);
  return { files: all, fingerprint: p.given?.fingerprint ?? fingerprint, policy: p.given?.policy ?? policyText({ log, witnesses: p.witnesses, needed: p.needed }), roots: p.roots ?? [] };
}

/** The anchor's checkpoint is of the log as it was after `p.anchors.later` more leaves. */
function addAnchors(p, { leaves, cut }, files) {
  const { later = 0, from = [], authorities, log = p.keys.log, size, text = (made) => made, proof = (made) => made } = p.anchors;
  const all = [...leaves];
  for (let more = 0; more < later; more++) all.push(bytes(`a later leaf ${more}`.padEnd(128, ".")));
  const { checkpoint } = receipt({ log, leaves: all, index: 0, witnesses: p.anchors.witnesses ?? [], time: p.stamp + 5 });
  const folder = `data/anchors/${size ?? all.length}/`, stamped = bytes(text(checkpoint.toString("latin1")));
  files.set(`${folder}checkpoint`, Buffer.from(stamped.toString(), "latin1"));
  for (const older of from.map((one) => (one === "cut" ? cut : one === "end" ? leaves.length : one))) {
    const line = (key, count) => `${key} ${count} ${rootOf(all.slice(0, count)).toString("base64")}\n`;
    const path = consistencyOf(all, older).map((hash) => hash.toString("base64") + "\n").join("");
    files.set(`${folder}from.${older}`, bytes(proof(`dokaz/consistency/v1\n${line("from", older)}${line("to", all.length)}${path}`)));
  }
  for (const [name, authority] of Object.entries(authorities)) {
    const { tsr, chain, crl } = authority(files.get(`${folder}checkpoint`));
    if (tsr) files.set(`${folder}${name}.tsr`, tsr);
    if (chain) files.set(`${folder}${name}.chain.pem`, chain);
    if (crl) files.set(`${folder}${name}.crl`, crl);
  }
}

export const sha256 = (content) => createHash("sha256").update(content).digest();
