// SPDX-License-Identifier: GPL-3.0-or-later
// A statement (section 3): read strictly; what it says is believed nowhere before its signature, chain and receipt are checked.
import { fromBase64, fromBase64url, fromHex, hex, join, ascii, u32, type Bytes } from "../bytes/bytes";
import { ascending, decimal, LineReader, linesOf } from "../bytes/text";
import { isDay, isMoment } from "../bytes/time";
import { need, refuse } from "../failure";
import { checkKey } from "../signature/ed25519";
import { sha256 } from "../signature/hash";

const ACTS = ("genesis seal derive redact transfer-out transfer-in receive access verify export disclose note consent withdraw " +
  "heartbeat close fork-found key-bind key-rotate key-revoke device-lost renew destroy").split(" ");

export interface Statement {
  /** What was signed; never written again from the values. */
  bytes: Bytes;
  /** M, in hex. */
  hash: string;
  chain: string;
  seq: bigint;
  prev: string;
  act: string;
  /** Claimed by the signer's clock. */
  time: string;
  /** The newest checkpoint that the signer knew; the root is hex, empty at size 0. */
  seen: { size: bigint; root: string };
  /** Of a `key-rotate`: the key that signs from the next statement on, and its consent. */
  next: { key: Bytes; consent: Bytes } | undefined;
  objects: { hash: string; size: bigint }[];
  /** As the lines have them, base64url. */
  sd: string[];
}

export async function readStatement(bytes: Bytes): Promise<Statement> {
  const lines = new LineReader(linesOf(bytes, 16_384));
  lines.version("custody");
  const chain = hexField(lines.field("chain"), 16);
  const seq = decimal(lines.field("seq"));
  const prev = hexField(lines.field("prev"), 32);
  need((seq === 0n) === /^0+$/.test(prev), "malformed", "prev");
  const act = lines.field("act");
  need(ACTS.includes(act) && (act === "genesis") === (seq === 0n), "malformed", "act");
  const time = lines.field("time");
  need(isDay(time) || isMoment(time), "malformed", "time");
  const seen = readSeen(lines.fields("seen", 2));
  const next = act === "key-rotate" ? readNext(lines.fields("key", 2)) : undefined;
  const objects: Statement["objects"] = [];
  for (let fields = lines.maybe("obj", 2); fields; fields = lines.maybe("obj", 2)) {
    const size = decimal(fields[1] ?? "");
    need(size > 0n, "malformed", "number");
    objects.push({ hash: hexField(fields[0] ?? "", 32), size });
  }
  need(objects.length <= 128 && ascending(objects.map((object) => object.hash)), "malformed", "order");
  const sd: string[] = [];
  for (let fields = lines.maybe("sd", 1); fields; fields = lines.maybe("sd", 1)) {
    need(fromBase64url(fields[0] ?? "")?.length === 32, "malformed");
    sd.push(fields[0] ?? "");
  }
  need(sd.length > 0 && ascending(sd), "malformed", "order");
  lines.end();
  need(!next || objects.length === 0 && sd.length === 1, "malformed", "keyRotate");
  return { bytes, hash: hex(await sha256(bytes)), chain, seq, prev, act, time, seen, next, objects, sd };
}

function hexField(text: string, length: number): string {
  need(fromHex(text, length) !== undefined, "malformed");
  return text;
}

function readNext([text = "", consent = ""]: string[]): Statement["next"] {
  const key = fromHex(text, 32) ?? refuse("malformed"), signature = fromBase64(consent) ?? refuse("malformed");
  need(signature.length === 64, "malformed");
  checkKey(key);
  return { key, consent: signature };
}

function readSeen([size, root]: string[]): Statement["seen"] {
  const number = decimal(size ?? "");
  if (number === 0n) {
    need(root === "-", "malformed");
    return { size: number, root: "" };
  }
  const bytes = fromBase64(root ?? "");
  return bytes?.length === 32 ? { size: number, root: hex(bytes) } : refuse("malformed");
}

const known = new Map<string, Promise<string[]>>();

/** The ids of the 64 chains that a member has in a case, by the member's first key. */
export function chainIds(fingerprint: string, member: Bytes): Promise<string[]> {
  const name = fingerprint + hex(member);
  const ids = known.get(name) ?? computeIds(fingerprint, member);
  known.set(name, ids);
  return ids;
}

async function computeIds(fingerprint: string, member: Bytes): Promise<string[]> {
  const ids: string[] = [], root = fromHex(fingerprint, 32) ?? refuse("malformed");
  for (let n = 0; n < 64; n++)
    ids.push(hex((await sha256(join(ascii("dokaz/chain/v1\0"), root, member, u32(n)))).subarray(0, 16)));
  return ids;
}
