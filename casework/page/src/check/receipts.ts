// SPDX-License-Identifier: GPL-3.0-or-later
// A statement of the exhibit with its receipt, in both forms where both are there.
import { hex } from "../bytes/bytes";
import { at, need } from "../failure";
import type { Exhibit } from "../exhibit/parts";
import type { Policy } from "../format/policy";
import { MOST_PROOF, readSigsumProof, type SigsumProof } from "../format/proof";
import { checkReceipt, type Receipt, type Signer, type Signers } from "../format/receipt";
import type { Statement } from "../format/statement";
import { sha256 } from "../signature/hash";
import { witnessLines, type SignedCheckpoint } from "../format/checkpoint";
import { from } from "./bag";

export interface Trusted {
  exhibit: Exhibit;
  fingerprint: string;
  policy: Policy;
  /** `data/policy`, which is trusted in nothing; the exhibit's `.sigsum-proof` files are written for it. */
  ownPolicy: Policy;
  signers: Signers;
  /** Keys that have a role, in hex. */
  taken: Set<string>;
  /** Milliseconds since 1970, where the verifier knows the time. */
  now: number | undefined;
}

export interface Logged extends Receipt {
  statement: Statement;
  path: string;
}

/** The receipt beside the statement holds, and it is by whom it must be, where that is known. */
export async function checkLogged(
  { exhibit, fingerprint, policy, signers, now }: Trusted, path: string, statement: Statement, expected?: Signer,
): Promise<Logged> {
  const proof = `${path}.tlog-proof`;
  const receipt = await from(exhibit, proof, MOST_PROOF, (bytes) => checkReceipt(statement, bytes, signers, policy, fingerprint, expected));
  await at(proof, () => checkNotAhead(receipt.checkpoint, now));
  // The signer never knew a checkpoint of a log that was larger than before this statement.
  await at(path, () => need(statement.seen.size <= receipt.index, "broken_chain", "seenTooLarge"));
  return { ...receipt, statement, path };
}

const DAY = 86_400n;

/** No cosignature is of a time more than a day ahead. */
export function checkNotAhead({ cosignatures }: SignedCheckpoint, now: number | undefined): void {
  const latest = now === undefined ? undefined : BigInt(Math.floor(now / 1000)) + DAY;
  need(latest === undefined || cosignatures.every(({ time }) => time <= latest), "bad_signature", "ahead");
}

/** The `.sigsum-proof` beside it says the same. */
export async function checkSigsum({ exhibit, ownPolicy }: Trusted, logged: Logged): Promise<void> {
  await from(exhibit, `${logged.path}.sigsum-proof`, 2 * MOST_PROOF, async (bytes) => {
    const found = readSigsumProof(bytes), expected = await sigsumOf(logged, ownPolicy);
    need(text(found) === text(expected), "malformed", "proofsDiffer");
  });
}

async function sigsumOf({ proof, checkpoint }: Logged, policy: Policy): Promise<SigsumProof> {
  const cosignatures = [];
  for (const { key, time, signature } of await witnessLines(checkpoint, policy))
    cosignatures.push({ keyHash: hex(await sha256(key)), time, signature: hex(signature) });
  return {
    logHash: hex(await sha256(policy.log)), keyHash: proof.keyHash, signature: hex(proof.signature), size: checkpoint.size,
    root: checkpoint.root, logSignature: hex(checkpoint.logSignature), cosignatures, index: proof.index, path: proof.path.map(hex),
  };
}

function text(proof: SigsumProof): string {
  const { logHash, keyHash, signature, size, root, logSignature, cosignatures, index, path } = proof;
  const lines = cosignatures.map((line) => `${line.keyHash} ${line.time} ${line.signature}`);
  return [logHash, keyHash, signature, size, root, logSignature, ...lines, "", index, ...path].join("\n");
}
