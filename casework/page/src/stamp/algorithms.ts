// SPDX-License-Identifier: GPL-3.0-or-later
// Signatures of certificates and time stamps by the browser: RSA and ECDSA with SHA-2, of 112 bits at least (section 16).
import { join, type Bytes } from "../bytes/bytes";
import { need, refuse } from "../failure";
import { INTEGER, readDer, SEQUENCE, tagged, type Der } from "./der";

/** What this page has no means to judge. It is no fault of the stamp's, and no proof either. */
export class Unjudged extends Error {}

export type HashName = "SHA-1" | "SHA-256" | "SHA-384" | "SHA-512";

const DIGESTS: Record<string, HashName> = {
  "1.3.14.3.2.26": "SHA-1", "2.16.840.1.101.3.4.2.1": "SHA-256", "2.16.840.1.101.3.4.2.2": "SHA-384", "2.16.840.1.101.3.4.2.3": "SHA-512",
};
const CURVES: Record<string, { name: string; size: number }> = {
  "1.2.840.10045.3.1.7": { name: "P-256", size: 32 }, "1.3.132.0.34": { name: "P-384", size: 48 }, "1.3.132.0.35": { name: "P-521", size: 66 },
};
const RSA = "1.2.840.113549.1.1.1", RSA_PSS = "1.2.840.113549.1.1.10", EC = "1.2.840.10045.2.1";
const RSA_WITH: Record<string, HashName> = {
  "1.2.840.113549.1.1.5": "SHA-1", "1.2.840.113549.1.1.11": "SHA-256", "1.2.840.113549.1.1.12": "SHA-384", "1.2.840.113549.1.1.13": "SHA-512",
};
const ECDSA_WITH: Record<string, HashName> = {
  "1.2.840.10045.4.1": "SHA-1", "1.2.840.10045.4.3.2": "SHA-256", "1.2.840.10045.4.3.3": "SHA-384", "1.2.840.10045.4.3.4": "SHA-512",
};

export async function digest(name: HashName, bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest(name, bytes));
}

/** The hash that an AlgorithmIdentifier names. */
export function hashNamed(algorithm: Der): HashName {
  return DIGESTS[algorithm.inside().next().oid()] ?? refuse("bad_anchor", "stampAlgorithm");
}

/** A public key as a certificate has it. */
export interface Key {
  spki: Bytes;
  kind: "RSA" | "EC";
  curve?: { name: string; size: number };
}

export function readKey(spki: Der): Key {
  const fields = spki.inside(), algorithm = fields.next().inside(), kind = algorithm.next().oid();
  if (kind === EC) {
    const curve = CURVES[algorithm.next().oid()];
    if (!curve) throw new Unjudged();
    return { spki: spki.whole, kind: "EC", curve };
  }
  if (kind !== RSA) throw new Unjudged();
  const modulus = readDer(fields.next().bits()).inside().next().bytes(INTEGER);
  const bits = modulus[0] === 0 ? 8 * (modulus.length - 1) - Math.clz32(modulus[1] ?? 0) + 24 : 0;
  need(bits >= 2048, "bad_anchor", "stampWeak");
  return { spki: spki.whole, kind: "RSA" };
}

/** r and s, each of the curve's length, from what DER has. */
function rawSignature(signature: Bytes, size: number): Bytes | undefined {
  const list = readDer(signature).inside();
  const numbers = [list.next(), list.next()].map((number) => {
    const bytes = number.bytes(INTEGER), plain = bytes[0] === 0 ? bytes.subarray(1) : bytes;
    return (bytes[0] ?? 128) >= 128 || plain.length > size ? undefined : join(new Uint8Array(size - plain.length), plain);
  });
  list.end();
  const [r, s] = numbers;
  return r && s && join(r, s);
}

/** Hash of an algorithm of signatures; `own` is the hash that a signer states apart from it. */
function hashOfSignature(oid: string, key: Key, own: HashName | undefined): HashName {
  const named = key.kind === "RSA" ? RSA_WITH[oid] : ECDSA_WITH[oid];
  const bare = oid === (key.kind === "RSA" ? RSA : EC) ? own : undefined;
  const hash = named ?? bare;
  if (!hash) throw new Unjudged();
  need(own === undefined || hash === own, "bad_anchor", "stampAlgorithm");
  return hash;
}

/** Salt length and hash of RSASSA-PSS; another function than MGF1 with the same hash is not judged. */
function pssOf(parameters: Der | undefined): { hash: HashName; saltLength: number } {
  const fields = parameters?.inside(SEQUENCE), hash = fields?.maybe(tagged(0)), mask = fields?.maybe(tagged(1)), salt = fields?.maybe(tagged(2));
  if (!hash || !mask || !salt) throw new Unjudged();
  const name = hashNamed(hash.inside(tagged(0)).next()), masking = mask.inside(tagged(1)).next().inside();
  if (masking.next().oid() !== "1.2.840.113549.1.1.8" || hashNamed(masking.next()) !== name) throw new Unjudged();
  return { hash: name, saltLength: salt.inside(tagged(2)).next().integer() };
}

/** The signature holds, and is not of SHA-1: else `bad_anchor`. */
export async function checkSigned(key: Key, algorithm: Der, message: Bytes, signature: Bytes, own?: HashName): Promise<void> {
  const fields = algorithm.inside(), oid = fields.next().oid();
  const pss = oid === RSA_PSS && key.kind === "RSA" ? pssOf(fields.maybe(SEQUENCE)) : undefined;
  const hash = pss?.hash ?? hashOfSignature(oid, key, own);
  need(hash !== "SHA-1", "bad_anchor", "stampWeak");
  const form = key.curve ? { name: "ECDSA", namedCurve: key.curve.name } : { name: pss ? "RSA-PSS" : "RSASSA-PKCS1-v1_5", hash };
  let imported: CryptoKey;
  try {
    imported = await crypto.subtle.importKey("spki", key.spki, form, false, ["verify"]);
  } catch {
    throw new Unjudged();
  }
  const raw = key.curve ? rawSignature(signature, key.curve.size) : signature;
  const how = key.curve ? { name: "ECDSA", hash } : pss ? { name: "RSA-PSS", saltLength: pss.saltLength } : { name: form.name };
  need(raw !== undefined && await crypto.subtle.verify(how, imported, raw, message), "bad_anchor", "stampSignature");
}
