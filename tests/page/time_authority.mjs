// SPDX-License-Identifier: GPL-3.0-or-later
// A time authority of the tests: certificates, time stamps and revocation lists as anybody could make them, wrong ones too.
import { createHash, createSign, generateKeyPairSync, sign } from "node:crypto";

// --- DER -------------------------------------------------------------------------------------------------------------

const length = (size) => (size < 128 ? [size] : size < 256 ? [0x81, size] : size < 65536 ? [0x82, size >> 8, size & 255] : [0x83, size >> 16, (size >> 8) & 255, size & 255]);
export const der = (tag, ...parts) => {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.from([tag, ...length(body.length)]), body]);
};
const seq = (...parts) => der(0x30, ...parts);
const set = (...parts) => der(0x31, ...[...parts].sort(Buffer.compare));
const int = (value) => {
  const digits = value.toString(16), bytes = Buffer.from(digits.length % 2 ? "0" + digits : digits, "hex");
  return der(0x02, bytes[0] >= 128 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
};
const octets = (bytes) => der(0x04, bytes), bits = (bytes) => der(0x03, [0], bytes), tagged = (n, ...parts) => der(0xa0 + n, ...parts);
const oid = (text) => {
  const [first, second, ...rest] = text.split(".").map(Number), bytes = [];
  for (const value of [40 * first + second, ...rest]) {
    const group = [value & 127];
    for (let more = Math.floor(value / 128); more > 0; more = Math.floor(more / 128)) group.unshift((more & 127) | 128);
    bytes.push(...group);
  }
  return der(0x06, bytes);
};
const stamp = (seconds) => new Date(seconds * 1000).toISOString().replace(/[-:T]/g, "").slice(0, 14);
const time = (seconds, fraction = "") => der(0x18, Buffer.from(`${stamp(seconds)}${fraction}Z`));
const name = (text) => seq(set(seq(oid("2.5.4.3"), der(0x0c, Buffer.from(text)))));
const boolean = (value) => der(0x01, [value ? 255 : 0]);

const DIGESTS = { sha1: "1.3.14.3.2.26", sha256: "2.16.840.1.101.3.4.2.1", sha384: "2.16.840.1.101.3.4.2.2", sha512: "2.16.840.1.101.3.4.2.3" };
const ECDSA = { sha1: "1.2.840.10045.4.1", sha256: "1.2.840.10045.4.3.2", sha384: "1.2.840.10045.4.3.3", sha512: "1.2.840.10045.4.3.4" };
const RSA = { sha1: "1.2.840.113549.1.1.5", sha256: "1.2.840.113549.1.1.11", sha384: "1.2.840.113549.1.1.12", sha512: "1.2.840.113549.1.1.13" };
const hash = (kind, bytes) => createHash(kind).update(bytes).digest();
const digestId = (kind) => seq(oid(DIGESTS[kind]));

export const newKey = (kind = "P-256") => {
  const pair = kind === "ed25519" ? generateKeyPairSync("ed25519") : kind.startsWith("P-") ? generateKeyPairSync("ec", { namedCurve: kind }) : generateKeyPairSync("rsa", { modulusLength: Number(kind) });
  return { kind, secret: pair.privateKey, spki: pair.publicKey.export({ format: "der", type: "spki" }) };
};
const algorithm = ({ kind }, digest) => (kind === "ed25519" ? seq(oid("1.3.101.112")) : kind.startsWith("P-") ? seq(oid(ECDSA[digest])) : seq(oid(RSA[digest]), der(0x05)));
const signed = (key, digest, bytes) => (key.kind === "ed25519" ? sign(null, bytes, key.secret) : createSign(digest).update(bytes).sign(key.secret));

// --- certificates and lists ------------------------------------------------------------------------------------------

const extension = (id, value, critical = false) => seq(oid(id), ...(critical ? [boolean(true)] : []), octets(value));
const usage = (...numbers) => { // bits by their number
  const value = numbers.reduce((all, bit) => all | (128 >> bit), 0);
  return der(0x03, [Math.clz32(value & -value) === 31 ? 0 : 31 - Math.clz32(value & -value)], [value]);
};
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
export const extensionsOf = {
  authority: (depth) => [extension("2.5.29.19", seq(boolean(true), ...(depth === undefined ? [] : [int(depth)])), true), extension("2.5.29.15", usage(5, 6), true)],
  authorityForAll: () => [extension("2.5.29.19", seq(boolean(true)), true)],
  notForLists: () => [extension("2.5.29.19", seq(boolean(true)), true), extension("2.5.29.15", usage(5), true)],
  stamps: (critical = true, ...more) => [extension("2.5.29.37", seq(oid(TIME_STAMPING), ...more.map(oid)), critical), extension("2.5.29.15", usage(0), true)],
  harmless: () => extension("1.2.3.4.6", seq()),
  unknown: () => [extension("1.2.3.4.5", seq(), true)],
};

let serial = 100;
export function certificate({ subject, key, issuer, extensions, from = 1_700_000_000, until = 1_900_000_000, digest = "sha256", number = ++serial, signer }) {
  const by = issuer ?? { subject, key }, at = signer ?? by.key, id = algorithm(at, digest);
  const inner = seq(tagged(0, int(2)), int(number), id, name(by.subject), seq(time(from), time(until)), name(subject), key.spki, tagged(3, seq(...extensions)));
  return { subject, key, number, issuer: by, whole: seq(inner, id, bits(signed(at, digest, inner))) };
}
const pem = (label, whole) => `-----BEGIN ${label}-----\n${whole.toString("base64").replace(/.{64}(?=.)/g, "$&\n")}\n-----END ${label}-----\n`;
export const pemOf = (...certificates) => Buffer.from(certificates.map(({ whole }) => pem("CERTIFICATE", whole)).join(""));

/** `revoked`: [certificate, seconds, reason or none]. */
export function revocationList({ issuer, revoked = [], made = 1_777_000_100, next = 1_778_000_000, key = issuer.key, digest = "sha256", extensions = [] }) {
  const entries = revoked.map(([{ number }, at, reason]) => seq(int(number), time(at), ...(reason === undefined ? [] : [seq(extension("2.5.29.21", der(0x0a, [reason])))])));
  const inner = seq(int(1), algorithm(key, digest), name(issuer.subject), time(made), ...(next ? [time(next)] : []), ...(entries.length ? [seq(...entries)] : []),
    ...(extensions.length ? [tagged(0, seq(...extensions))] : []));
  return Buffer.from(pem("X509 CRL", seq(inner, algorithm(key, digest), bits(signed(key, digest, inner)))));
}
const point = (url) => tagged(0, tagged(0, der(0x86, Buffer.from(url))));
/** Where a certificate says that its lists are, and of which such place a list says that it is. */
export const listsAt = (url) => extension("2.5.29.31", seq(seq(point(url))));
export const issuingPoint = (url) => extension("2.5.29.28", seq(point(url)), true);
export const deltaList = () => extension("2.5.29.27", int(1), true);

// --- time stamps -----------------------------------------------------------------------------------------------------

const attribute = (id, value) => seq(oid(id), set(value));

/** The response over some bytes; each trait may be another one. */
export function response(stamped, {
  signer, at, accuracy, fraction, imprintHash = "sha256", imprint = hash("sha256", stamped), digest = "sha256", status = 0, version = 1, certificates = [signer], signers = 1,
  named = "v2", names = signer, key = signer.key, trailing = [], content, bySubjectId = false, messageDigest, policy = "1.3.6.1.4.1.13762.3", changed = (bytes) => bytes,
}) {
  const seconds = accuracy === undefined ? [] : [seq(int(Math.floor(accuracy)), ...(accuracy % 1 ? [der(0x80, [3, Math.round((accuracy % 1) * 1000) & 255].slice(Math.round((accuracy % 1) * 1000) < 256 ? 1 : 0))] : []))];
  const info = content ?? seq(int(version), oid(policy), seq(digestId(imprintHash), octets(imprint)), int(7777), time(at, fraction), ...seconds, int(4242));
  const namesOf = { v2: () => attribute("1.2.840.113549.1.9.16.2.47", seq(seq(seq(octets(hash("sha256", names.whole)))))),
    v2sha512: () => attribute("1.2.840.113549.1.9.16.2.47", seq(seq(seq(digestId("sha512"), octets(hash("sha512", names.whole)))))),
    v1: () => attribute("1.2.840.113549.1.9.16.2.12", seq(seq(seq(octets(hash("sha1", names.whole)))))) };
  const attributes = [attribute("1.2.840.113549.1.9.3", oid("1.2.840.113549.1.9.16.1.4")), attribute("1.2.840.113549.1.9.4", octets(messageDigest ?? hash(digest, info))), ...(namesOf[named] ? [namesOf[named]()] : [])];
  const sorted = [...attributes].sort(Buffer.compare);
  const sid = bySubjectId ? der(0x80, Buffer.alloc(20, 7)) : seq(name(signer.issuer.subject), int(signer.number));
  const signerInfo = seq(int(1), sid, digestId(digest), tagged(0, ...sorted), algorithm(key, digest), octets(signed(key, digest, set(...attributes))));
  const signedData = seq(int(3), set(digestId(digest)), seq(oid("1.2.840.113549.1.9.16.1.4"), tagged(0, octets(info))),
    ...(certificates.length ? [tagged(0, ...certificates.map(({ whole }) => whole))] : []), der(0x31, ...Array(signers).fill(signerInfo)));
  return changed(Buffer.concat([seq(seq(int(status)), seq(oid("1.2.840.113549.1.7.2"), tagged(0, signedData))), Buffer.from(trailing)]));
}

/** A root, an authority below it and a signer, with keys of these kinds. */
export function newAuthority({ kinds = ["P-256", "P-256", "P-256"], root: rootTraits = {}, middle: middleTraits = {}, signer: signerTraits = {} } = {}) {
  const [rootKey, middleKey, signerKey] = kinds.map(newKey);
  const root = certificate({ subject: "Test Root", key: rootKey, extensions: extensionsOf.authority(), ...rootTraits });
  const middle = certificate({ subject: "Test Authority", key: middleKey, issuer: root, extensions: extensionsOf.authority(0), ...middleTraits });
  const signer = certificate({ subject: "Test Clock", key: signerKey, issuer: middle, extensions: extensionsOf.stamps(), ...signerTraits });
  return { root, middle, signer };
}
