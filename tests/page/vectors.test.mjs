// SPDX-License-Identifier: GPL-3.0-or-later
// The vectors that the C++ programs run, given to the page's code: each ends with the failure that it names.
// Left out are formats that the check of an exhibit does not read (invitations, parcels, vaults, plaintext of objects).
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { core, root } from "./core.mjs";

const folder = join(root, "tests/vectors");

/** Header and body of a vector; a key that stands more than once is a list. */
function readVector(path) {
  const bytes = readFileSync(path);
  const split = path.endsWith(".vector") ? -1 : bytes.indexOf("\n\n");
  const head = (split < 0 ? bytes : bytes.subarray(0, split + 1)).toString("latin1");
  const header = {};
  for (const line of head.split("\n").filter((text) => text)) {
    const [, key, value] = /^([a-z0-9-]+): ?(.*)$/.exec(line);
    header[key] = value;
  }
  return { header, body: split < 0 ? new Uint8Array() : Uint8Array.from(bytes.subarray(split + 2)) };
}

const hex = (text) => Uint8Array.from(Buffer.from(text, "hex"));
const base64 = (text) => Uint8Array.from(Buffer.from(text, "base64"));

async function signersOf(roster) {
  const read = await core.readRoster(roster);
  return { signers: await core.signersOf(read.members), fingerprint: core.hex(await core.sha256(read.root)) };
}

const readers = {
  async signature({ header }) {
    await core.checkSignature(hex(header.key), hex(header.message), hex(header.signature));
  },
  async statement({ header, body }) {
    const statement = await core.readStatement(body);
    if (header.hash) assert.equal(statement.hash, header.hash);
    if (!header.signature) return;
    const key = hex(header.member), signature = hex(header.signature);
    await core.checkSigned(statement, signature, key);
    if (header.case) await core.checkChainId(statement, { key }, header.case);
    if (header["leaf-hash"])
      assert.equal(core.hex(await core.leafOf(statement, signature, core.hex(await core.sha256(key)))), header["leaf-hash"]);
  },
  async fact({ header, body }) {
    const facts = await core.readFacts(body);
    if (header.digest) assert.deepEqual(facts.map((fact) => fact.digest), [header.digest]);
  },
  async note({ header, body }) {
    const note = core.readNote(body);
    const key = hex(header.key), id = await core.keyIdOf(header.name, 1, key);
    await core.checkLine(note, note.lines.find((line) => line.name === header.name && core.same(line.keyId, id)), header.name, key);
  },
  async roster({ header, body }) {
    await core.readRoster(body, header.fingerprint);
  },
  async ticket({ header, body }) {
    await core.readTicket(body, header.fingerprint);
  },
  async admission({ header, body }) {
    await core.readAdmission(body, await core.readTicket(base64(header.ticket), header.fingerprint));
  },
  async policy({ body }) {
    core.readPolicy(body);
  },
  async checkpoint({ header, body }) {
    await core.checkCheckpoint(core.readCheckpoint(body), core.readPolicy(base64(header.policy)));
  },
  async "tlog-proof"({ header, body }) {
    const { signers, fingerprint } = await signersOf(base64(header.roster));
    const statement = await core.readStatement(base64(header.statement));
    await core.checkReceipt(statement, body, signers, core.readPolicy(base64(header.policy)), fingerprint);
  },
  async "sigsum-proof"({ body }) {
    core.readSigsumProof(body);
  },
  async chain({ header, body }) {
    const roster = await core.readRoster(base64(header.roster), header.fingerprint);
    const ticket = header.ticket && await core.readTicket(base64(header.ticket), header.fingerprint);
    const members = [...roster.members, ...(ticket ? [await core.readAdmission(base64(header.admission), ticket)] : [])];
    const signers = await core.signersOf(members), taken = new Set([roster.root, ...(ticket ? [ticket.ticket] : []), ...members.map(({ key }) => key)].map(core.hex));
    let signer, before, seq = 0n;
    for (const line of Buffer.from(body).toString().trimEnd().split("\n").slice(1)) {
      const [, key, signature, text] = line.split(" ");
      const statement = await core.readStatement(base64(text));
      core.follows(statement, before?.chain ?? statement.chain, seq, before);
      const by = await core.signerHere(signers, core.hex(await core.sha256(hex(key))), statement, signer);
      await core.checkSigned(statement, hex(signature), by.key);
      await core.checkChainId(statement, by.member, header.fingerprint);
      signer = await core.rotate(statement, by, signers, taken);
      [before, seq] = [statement, seq + 1n];
    }
  },
  async tree({ body }) {
    const lines = Buffer.from(body).toString().trim().split("\n").map((line) => line.split(" "));
    const one = (key) => lines.find((line) => line[0] === key)[1];
    const path = lines.filter((line) => line[0] === "path").map((line) => hex(line[1]));
    await core.checkInclusion(hex(one("leaf")), BigInt(one("index")), BigInt(one("size")), path, one("root"));
  },
};

async function outcome(work) {
  try {
    await work();
    return "success";
  } catch (error) {
    if (error instanceof core.Failure) return error.failure;
    throw error;
  }
}

/** An exhibit has neither a consistency proof nor two statements of one place, so the page looks for neither. */
const isOurs = (format, name) => (format === "tree" ? name.startsWith("inclusion_") : /\.(txt|vector)$/.test(name) && !name.startsWith("fork-at-"));

for (const [format, read] of Object.entries(readers).filter(([name]) => existsSync(join(folder, name)))) {
  const names = readdirSync(join(folder, format)).filter((name) => isOurs(format, name));
  test(`${format}: ${names.length} vectors`, async () => {
    assert.ok(names.length > 10);
    for (const own of format === "signature" ? [false, true] : [false]) {
      core.useOwnEd25519(own);
      for (const name of names) {
        const vector = readVector(join(folder, format, name));
        assert.equal(await outcome(() => read(vector)), vector.header.expect, `${format}/${name}: ${vector.header.rule}`);
      }
    }
    core.useOwnEd25519(false);
  });
}
