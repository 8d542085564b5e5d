// SPDX-License-Identifier: GPL-3.0-or-later
// Checking a receipt, in the five steps of section 10.
import { ascii, fromHex, hex, join, same, u64, type Bytes } from "../bytes/bytes";
import { need, refuse } from "../failure";
import { checkSignature, holds } from "../signature/ed25519";
import { sha256 } from "../signature/hash";
import { checkCheckpoint, type SignedCheckpoint } from "./checkpoint";
import type { Policy } from "./policy";
import { readTlogProof, type TlogProof } from "./proof";
import { maySign, type Member } from "./roster";
import { chainIds, type Statement } from "./statement";
import { checkInclusion, leafHash } from "./tree";

/** A member with the key of one epoch (section 3); that of epoch 0 is the member's first key. */
export interface Signer {
  member: Member;
  key: Bytes;
  epoch: number;
}

/** Who can sign, by the hash of the key in hex. Later keys are added as the chain names them. */
export type Signers = Map<string, Signer>;

export interface Receipt {
  signer: Signer;
  index: bigint;
  proof: TlogProof;
  checkpoint: SignedCheckpoint;
}

export async function signersOf(members: Iterable<Member>): Promise<Signers> {
  const map: Signers = new Map();
  for (const member of members) map.set(hex(await sha256(member.key)), { member, key: member.key, epoch: 0 });
  return map;
}

/** C: the hash that a leaf and its signature are about. */
async function hashOfHash(statement: Statement): Promise<Bytes> {
  return sha256(fromHex(statement.hash, 32) ?? refuse("malformed"));
}

const LEAF_LABEL = ascii("sigsum.org/v1/tree-leaf\0");

const ROTATE_LABEL = ascii("dokaz/v1/key-rotate\0");

/** The signature of a statement holds; and of a `key-rotate` the next key's consent to this very change. */
export async function checkSigned(statement: Statement, signature: Bytes, key: Bytes): Promise<void> {
  await checkSignature(key, join(LEAF_LABEL, await hashOfHash(statement)), signature);
  const { next, chain, seq } = statement;
  if (!next) return;
  need(!same(next.key, key), "bad_key", "nextKey");
  const agreed = join(ROTATE_LABEL, fromHex(chain, 16) ?? refuse("malformed"), u64(seq), key, next.key);
  need(await holds(next.key, agreed, next.consent), "bad_signature", "consent");
}

/** The statement's chain is one of this case and member. */
export async function checkChainId(statement: Statement, member: Member, fingerprint: string): Promise<void> {
  need((await chainIds(fingerprint, member.key)).includes(statement.chain), "broken_chain", "chainId");
}

const MOST_EPOCHS = 1024;

/** The signer behind a `key-rotate` that was checked, who is added to `signers`. `taken` holds, in hex, all keys that have a role. */
export async function rotate({ next }: Statement, signer: Signer, signers: Signers, taken: Set<string>): Promise<Signer> {
  if (!next) return signer;
  need(signer.epoch + 1 < MOST_EPOCHS, "broken_chain", "epochs");
  need(!taken.has(hex(next.key)), "bad_key", "nextKey");
  taken.add(hex(next.key));
  const following = { member: signer.member, key: next.key, epoch: signer.epoch + 1 };
  signers.set(hex(await sha256(next.key)), following);
  return following;
}

/** The hash of the leaf that a statement becomes in the log. */
export async function leafOf(statement: Statement, signature: Bytes, keyHash: string): Promise<Bytes> {
  return leafHash(join(await hashOfHash(statement), signature, fromHex(keyHash, 32) ?? refuse("malformed")));
}

/** Whose key this is, if they may sign the act; where `expected` says who signs here, it is that key of theirs (`wrong_epoch`). */
export function signerHere(signers: Signers, keyHash: string, statement: Statement, expected?: Signer): Signer {
  const signer = signers.get(keyHash) ?? refuse("not_a_member", "signer");
  need(maySign(signer.member.role, statement.act), "not_a_member", "role");
  need(!expected || signer === expected || signer.member !== expected.member, "wrong_epoch", "epoch");
  return signer;
}

/** `expected` is who signs at this place of the chain, where the reader has the chain. */
export async function checkReceipt(
  statement: Statement, receipt: Bytes, signers: Signers, policy: Policy, fingerprint: string, expected?: Signer,
): Promise<Receipt> {
  // 1. Read both strictly.
  const proof = readTlogProof(receipt);
  // 2. K is the hash of a member's key, and the member was entitled to the act.
  const signer = signerHere(signers, proof.keyHash, statement, expected);
  // 3. S verifies over C, and the chain id is one of this case and this member: so another member's is refused; and
  // they were not revoked at its place in the log.
  await checkSigned(statement, proof.signature, signer.key);
  await checkChainId(statement, signer.member, fingerprint);
  const { revokedFrom } = signer.member;
  need(revokedFrom === undefined || proof.index < revokedFrom, "key_revoked", "revoked");
  // 4. The checkpoint satisfies the policy.
  const checkpoint = await checkCheckpoint(proof.checkpoint, policy);
  // 5. The inclusion proof leads from the leaf hash to the checkpoint's root.
  await checkInclusion(await leafOf(statement, proof.signature, proof.keyHash), proof.index, checkpoint.size, proof.path, checkpoint.root);
  return { signer, index: proof.index, proof, checkpoint };
}
