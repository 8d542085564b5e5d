// SPDX-License-Identifier: GPL-3.0-or-later
// How each kind of vector is given to the page's code; under node and in a browser alike, so it needs nothing of either.

function equal(a, b) {
  if (a !== b) throw new Error(`${a} is not ${b}`);
}

/** Header and body of a vector. */
export function readVector(bytes, isSignature) {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  const split = isSignature ? -1 : text.indexOf("\n\n");
  const header = {};
  for (const line of (split < 0 ? text : text.slice(0, split)).split("\n").filter((line) => line)) {
    const [, key, value] = /^([a-z0-9-]+): ?(.*)$/.exec(line);
    header[key] = value;
  }
  return { header, body: split < 0 ? new Uint8Array() : bytes.slice(split + 2) };
}

/** By format: throws a Failure, or another error where the vector says something else than what was read. */
export function vectorReaders(core) {
  const hex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const base64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const textOf = (bytes) => new TextDecoder().decode(bytes);

  async function signersOf(roster) {
    const read = await core.readRoster(roster);
    return { signers: await core.signersOf(read.members), fingerprint: core.hex(await core.sha256(read.root)) };
  }

  return {
    async signature({ header }) {
      await core.checkSignature(hex(header.key), hex(header.message), hex(header.signature));
    },
    async statement({ header, body }) {
      const statement = await core.readStatement(body);
      if (header.hash) equal(statement.hash, header.hash);
      if (!header.signature) return;
      const key = hex(header.member), signature = hex(header.signature);
      await core.checkSigned(statement, signature, key);
      if (header.case) await core.checkChainId(statement, { key }, header.case);
      if (header["leaf-hash"])
        equal(core.hex(await core.leafOf(statement, signature, core.hex(await core.sha256(key)))), header["leaf-hash"]);
    },
    async fact({ header, body }) {
      const facts = await core.readFacts(body);
      if (header.digest) equal(facts.map((fact) => fact.digest).join(), header.digest);
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
      for (const line of textOf(body).trimEnd().split("\n").slice(1)) {
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
      const lines = textOf(body).trim().split("\n").map((line) => line.split(" "));
      const one = (key) => lines.find((line) => line[0] === key)[1];
      const path = lines.filter((line) => line[0] === "path").map((line) => hex(line[1]));
      if (lines[0][0] === "older") {
        const [[, older, olderRoot], [, newer, newerRoot]] = lines;
        return core.checkConsistency(BigInt(older), olderRoot, BigInt(newer), newerRoot, path);
      }
      await core.checkInclusion(hex(one("leaf")), BigInt(one("index")), BigInt(one("size")), path, one("root"));
    },
  };
}

/** What reading ended with: `success`, or the name of a failure. */
export async function outcomeOf(core, work) {
  try {
    await work();
    return "success";
  } catch (error) {
    if (error instanceof core.Failure) return error.failure;
    throw error;
  }
}
