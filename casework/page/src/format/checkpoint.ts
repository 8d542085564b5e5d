// SPDX-License-Identifier: GPL-3.0-or-later
// A checkpoint (section 9): what the log says of itself, and which witnesses have seen the same.
import { ascii, fromBase64, hex, join, type Bytes } from "../bytes/bytes";
import { decimal, linesOf } from "../bytes/text";
import { need, refuse } from "../failure";
import { holds } from "../signature/ed25519";
import { sha256 } from "../signature/hash";
import { isLineOf, MOST_NOTE, readNote, type Note } from "./note";
import type { Policy } from "./policy";

export interface Checkpoint {
  note: Note;
  origin: string;
  size: bigint;
  /** Hex. */
  root: string;
}

export interface Cosignature {
  name: string;
  /** Seconds since 1970, by the witness's clock. */
  time: bigint;
  signature: Bytes;
}

/** A checkpoint under a policy: the log signed it, and of the witnesses all lines hold. */
export interface SignedCheckpoint extends Checkpoint {
  logSignature: Bytes;
  /** In the order of the policy. */
  cosignatures: Cosignature[];
}

const EMPTY_ROOT = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

export function readCheckpoint(bytes: Bytes): Checkpoint {
  const note = readNote(bytes);
  const [origin = "", size = "", root = "", ...more] = linesOf(note.text, MOST_NOTE);
  need(more.length === 0 && /^sigsum\.org\/v1\/tree\/[0-9a-f]{64}$/.test(origin), "malformed", "checkpoint");
  const rootBytes = fromBase64(root) ?? refuse("malformed", "checkpoint");
  const number = decimal(size);
  need(rootBytes.length === 32 && (number > 0n || hex(rootBytes) === EMPTY_ROOT), "malformed", "checkpoint");
  const first = note.lines[0];
  need(first?.name === origin && first.signature.length === 64, "malformed", "checkpoint");
  return { note, origin, size: number, root: hex(rootBytes) };
}

/** The name under which a log with this key speaks. */
export async function originOf(log: Bytes): Promise<string> {
  return "sigsum.org/v1/tree/" + hex(await sha256(log));
}

/** The lines of a policy's witnesses, in the order of the policy, unchecked. A line of another length is `bad_signature`. */
export async function witnessLines({ note }: Checkpoint, policy: Policy): Promise<(Cosignature & { key: Bytes })[]> {
  const found = [];
  for (const { name, key } of policy.witnesses)
    for (const line of note.lines.slice(1)) {
      if (!await isLineOf(line, name, 4, key)) continue;
      need(line.signature.length === 72, "bad_signature", "cosignature");
      const time = new DataView(line.signature.buffer, line.signature.byteOffset).getBigUint64(0);
      found.push({ name, key, time, signature: line.signature.slice(8) });
    }
  return found;
}

/** Satisfies the policy: else `policy_unmet`, or `bad_signature` where a line of a known key does not hold. */
export async function checkCheckpoint(checkpoint: Checkpoint, policy: Policy): Promise<SignedCheckpoint> {
  const signed = await checkSignedByLog(checkpoint, policy);
  const there = policy.quorum.of.filter((name) => signed.cosignatures.some((cosignature) => cosignature.name === name));
  need(there.length >= policy.quorum.needed, "policy_unmet", "quorum");
  return signed;
}

/** Signed by the log of the policy, by whichever of its witnesses. */
export async function checkSignedByLog(checkpoint: Checkpoint, policy: Policy): Promise<SignedCheckpoint> {
  const { note, origin } = checkpoint;
  need(origin === await originOf(policy.log), "policy_unmet", "otherLog");
  const first = note.lines[0] ?? refuse("malformed", "checkpoint");
  need(await isLineOf(first, origin, 1, policy.log) && await holds(policy.log, note.text, first.signature), "bad_signature", "logSignature");
  const cosignatures: Cosignature[] = [];
  for (const { name, key, time, signature } of await witnessLines(checkpoint, policy)) {
    const text = join(ascii(`cosignature/v1\ntime ${time}\n`), note.text);
    need(await holds(key, text, signature), "bad_signature", "cosignature");
    cosignatures.push({ name, time, signature });
  }
  return { ...checkpoint, logSignature: first.signature, cosignatures };
}
