// SPDX-License-Identifier: GPL-3.0-or-later
// Signatures by the rules of section 2. Browsers accept keys and signatures that those rules refuse (of small order, not
// canonical), so the rules are checked here first; only then the browser's Ed25519 is asked, or, where there is none, our own.
import { hex, join, same, type Bytes } from "../bytes/bytes";
import { BASE, combine, decode, encode, isNeutral, isSmallOrderY, L, little, negate, NEUTRAL, P, yOf, type Point } from "./curve";
import { need } from "../failure";
import { sha512 } from "./hash";

const points = new Map<string, Point | undefined>();

/** The key's point, if it is canonical, on the curve, not of small order, and in the subgroup of prime order. */
function pointOfKey(key: Uint8Array): Point | undefined {
  const name = hex(key);
  if (!points.has(name)) {
    const point = isSmallOrderY(yOf(key)) ? undefined : decode(key);
    points.set(name, point && isNeutral(combine(L, point, 0n, NEUTRAL)) ? point : undefined);
  }
  return points.get(name);
}

/** Refuses with `bad_key` a key that section 2 refuses. */
export function checkKey(key: Uint8Array): void {
  need(key.length === 32 && pointOfKey(key) !== undefined, "bad_key", "key");
}

async function ownVerify(key: Bytes, point: Point, message: Bytes, signature: Bytes): Promise<boolean> {
  const r = signature.subarray(0, 32), s = little(signature.subarray(32));
  const k = little(await sha512(join(r, key, message))) % L;
  return same(encode(combine(s, BASE, k, negate(point))), r);
}

async function engineVerify(key: Bytes, message: Bytes, signature: Bytes): Promise<boolean> {
  const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", imported, signature, message);
}

// RFC 8032, section 7.1, test 1.
const KNOWN_KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const KNOWN_SIGNATURE = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";

let engine: Promise<boolean> | undefined;

/** Whether this browser has Ed25519 and gives the known answers. */
export function engineHasEd25519(): Promise<boolean> {
  const known = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  engine ??= (async () => {
    try {
      const key = known(KNOWN_KEY), signature = known(KNOWN_SIGNATURE), other = known(KNOWN_SIGNATURE);
      other[40]! ^= 1;
      return await engineVerify(key, new Uint8Array(0), signature) && !(await engineVerify(key, new Uint8Array(0), other));
    } catch {
      return false;
    }
  })();
  return engine;
}

/** Takes our own verification, whatever the browser has; for tests. */
export function useOwnEd25519(own: boolean): void {
  engine = own ? Promise.resolve(false) : undefined;
}

const answers = new Map<string, boolean>();

/** Whether the signature holds; throws `bad_key` for a key that must be refused. */
export async function holds(key: Bytes, message: Bytes, signature: Bytes): Promise<boolean> {
  const point = pointOfKey(key);
  need(key.length === 32 && point !== undefined, "bad_key", "key");
  if (signature.length !== 64 || little(signature.subarray(32)) >= L) return false;
  const y = yOf(signature.subarray(0, 32));
  if (y >= P || isSmallOrderY(y)) return false;
  // One checkpoint stands in many receipts.
  const question = hex(key) + hex(await sha512(message)) + hex(signature);
  let answer = answers.get(question);
  if (answer === undefined) {
    answer = await engineHasEd25519() ? await engineVerify(key, message, signature) : await ownVerify(key, point, message, signature);
    if (answers.size > 20_000) answers.clear();
    answers.set(question, answer);
  }
  return answer;
}

/** Refuses with `bad_signature` what does not hold. */
export async function checkSignature(key: Bytes, message: Bytes, signature: Bytes): Promise<void> {
  need(await holds(key, message, signature), "bad_signature", "signature");
}
