// SPDX-License-Identifier: GPL-3.0-or-later
// Checking a receipt, in the five steps of section 10.
import { ascii, fromHex, hex, join, type Bytes } from "../bytes/bytes";
import { need, refuse } from "../failure";
import { checkSignature } from "../signature/ed25519";
import { sha256 } from "../signature/hash";
import { checkCheckpoint, type SignedCheckpoint } from "./checkpoint";
import type { Policy } from "./policy";
import { readTlogProof, type TlogProof } from "./proof";
import { maySign, type Member } from "./roster";
import { chainIds, type Statement } from "./statement";
import { checkInclusion, leafHash } from "./tree";

/** Who a case's members are, by the hash of their keys in hex. */
export type Members = ReadonlyMap<string, Member>;

export interface Receipt {
  member: Member;
  index: bigint;
  proof: TlogProof;
  checkpoint: SignedCheckpoint;
}

export async function membersByKey(members: Iterable<Member>): Promise<Members> {
  const map = new Map<string, Member>();
  for (const member of members) map.set(hex(await sha256(member.key)), member);
  return map;
}

/** C: the hash that a leaf and its signature are about. */
async function hashOfHash(statement: Statement): Promise<Bytes> {
  return sha256(fromHex(statement.hash, 32) ?? refuse("malformed"));
}

const LEAF_LABEL = ascii("sigsum.org/v1/tree-leaf\0");

/** The signature of a statement holds, and its chain is one of this case and member. */
export async function checkSigned(statement: Statement, signature: Bytes, member: Member, fingerprint: string): Promise<void> {
  await checkSignature(member.key, join(LEAF_LABEL, await hashOfHash(statement)), signature);
  need((await chainIds(fingerprint, member.key)).includes(statement.chain), "broken_chain", "chainId");
}

/** The hash of the leaf that a statement becomes in the log. */
export async function leafOf(statement: Statement, signature: Bytes, keyHash: string): Promise<Bytes> {
  return leafHash(join(await hashOfHash(statement), signature, fromHex(keyHash, 32) ?? refuse("malformed")));
}

export async function checkReceipt(statement: Statement, receipt: Bytes, members: Members, policy: Policy, fingerprint: string): Promise<Receipt> {
  // 1. Read both strictly.
  const proof = readTlogProof(receipt);
  // 2. K is the hash of a member's key, and the member was entitled to the act.
  const member = members.get(proof.keyHash) ?? refuse("not_a_member", "signer");
  need(maySign(member.role, statement.act), "not_a_member", "role");
  // 3. S verifies over C, and the chain id is one of this case and this member.
  await checkSigned(statement, proof.signature, member, fingerprint);
  // 4. The checkpoint satisfies the policy.
  const checkpoint = await checkCheckpoint(proof.checkpoint, policy);
  // 5. The inclusion proof leads from the leaf hash to the checkpoint's root.
  await checkInclusion(await leafOf(statement, proof.signature, proof.keyHash), proof.index, checkpoint.size, proof.path, checkpoint.root);
  return { member, index: proof.index, proof, checkpoint };
}
