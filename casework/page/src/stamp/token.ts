// SPDX-License-Identifier: GPL-3.0-or-later
// A time stamp (RFC 3161, RFC 5816) over some bytes, checked as section 16 says, but for its chain and revocation.
import { join, latin, same, type Bytes } from "../bytes/bytes";
import { need, refuse } from "../failure";
import { checkSigned, digest, hashNamed, type HashName } from "./algorithms";
import { isForTimeStamps, keyOf, readCertificate, SUBJECT_ID, type Certificate } from "./certificate";
import { BOOLEAN, INTEGER, OCTET_STRING, readDer, SEQUENCE, SET, tagged, type Der } from "./der";

export interface Token {
  signer: Certificate;
  /** Those that the token brings. */
  certificates: Certificate[];
  policy: string;
  /** genTime, in milliseconds since 1970. */
  time: number;
  /** Plus and minus so many milliseconds, if the token says so. */
  accuracy: number | undefined;
}

const SIGNED_DATA = "1.2.840.113549.1.7.2", TIME_STAMP = "1.2.840.113549.1.9.16.1.4";
const CONTENT_TYPE = "1.2.840.113549.1.9.3", MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12", SIGNING_CERTIFICATE_2 = "1.2.840.113549.1.9.16.2.47";

/** `chain` are certificates that came beside the response. What does not hold is `bad_anchor`. */
export async function checkToken(response: Bytes, stamped: Bytes, chain: readonly Certificate[]): Promise<Token> {
  const answer = readDer(response).inside(), status = answer.next().inside().next().integer();
  need(status <= 1, "bad_anchor", "stampStatus");
  const wrapped = answer.next().inside();
  answer.end();
  need(wrapped.next().oid() === SIGNED_DATA, "bad_anchor", "stampForm");
  const signedData = wrapped.next().inside(tagged(0)).next().inside();
  wrapped.end();
  signedData.next().integer();
  signedData.next().inside(SET);
  const encapsulated = signedData.next().inside();
  need(encapsulated.next().oid() === TIME_STAMP, "bad_anchor", "stampForm");
  const content = encapsulated.next().inside(tagged(0)).next().bytes(OCTET_STRING);
  const certificates = (signedData.maybe(tagged(0))?.inside(tagged(0)).values ?? []).filter((value) => value.tag === SEQUENCE).map((value) => readCertificate(value.whole));
  signedData.maybe(tagged(1));
  const signers = signedData.next().inside(SET).values;
  signedData.end();
  need(signers.length === 1 && signers[0] !== undefined, "bad_anchor", "stampSigners");
  const info = await readInfo(content, stamped);
  const signer = await checkSigner(signers[0], content, [...chain, ...certificates]);
  return { ...info, signer, certificates };
}

async function readInfo(content: Bytes, stamped: Bytes): Promise<Pick<Token, "policy" | "time" | "accuracy">> {
  const info = readDer(content).inside();
  need(info.next().integer() === 1, "bad_anchor", "stampForm");
  const policy = info.next().oid(), imprint = info.next().inside();
  need(hashNamed(imprint.next()) === "SHA-256", "bad_anchor", "stampImprint");
  need(same(imprint.next().bytes(OCTET_STRING), await digest("SHA-256", stamped)), "bad_anchor", "stampImprint");
  info.next().bytes(INTEGER);
  const when = info.next(), stated = info.maybe(SEQUENCE)?.inside();
  info.maybe(BOOLEAN);
  info.maybe(INTEGER);
  info.maybe(tagged(0));
  // An extension that changes what the rest means would be critical.
  for (const extension of info.maybe(tagged(1))?.inside(tagged(1)).values ?? []) need(extension.inside().values[1]?.tag !== BOOLEAN, "bad_anchor", "stampForm");
  info.end();
  const accuracy = stated && 1000 * (stated.maybe(INTEGER)?.integer() ?? 0) + (stated.maybe(0x80)?.integer(0x80) ?? 0)
    + Math.ceil((stated.maybe(0x81)?.integer(0x81) ?? 0) / 1000);
  stated?.end();
  // A fraction of a second is dropped from the time, so the latest moment is the end of that second.
  const fraction = /\.(\d+)Z$/.exec(latin(when.body))?.[1];
  const part = fraction ? Math.ceil(Number(`0.${fraction}`) * 1000) : 0;
  return { policy, time: when.time() + part, accuracy };
}

/** The one signer's certificate, for whose key the signature over the content holds. */
async function checkSigner(signerInfo: Der, content: Bytes, pool: readonly Certificate[]): Promise<Certificate> {
  const fields = signerInfo.inside();
  fields.next().integer();
  const named = fields.next(), hash: HashName = hashNamed(fields.next());
  need(hash !== "SHA-1", "bad_anchor", "stampWeak");
  const attributes = fields.next(), algorithm = fields.next(), signature = fields.next().bytes(OCTET_STRING);
  fields.maybe(tagged(1));
  fields.end();
  const certificate = pool.find((candidate) => isNamed(named, candidate)) ?? refuse("bad_anchor", "stampSigner");
  const values = new Map<string, Der>();
  for (const attribute of attributes.inside(tagged(0)).values) {
    const parts = attribute.inside(), name = parts.next().oid(), set = parts.next().inside(SET).values;
    need(!values.has(name) && set.length >= 1 && set[0] !== undefined, "bad_anchor", "stampForm");
    values.set(name, set[0]);
  }
  const attributeNamed = (name: string) => values.get(name) ?? refuse("bad_anchor", "stampForm");
  need(attributeNamed(CONTENT_TYPE).oid() === TIME_STAMP, "bad_anchor", "stampForm");
  need(same(attributeNamed(MESSAGE_DIGEST).bytes(OCTET_STRING), await digest(hash, content)), "bad_anchor", "stampSignature");
  await checkNamesSigner(values, certificate);
  need(isForTimeStamps(certificate), "bad_anchor", "stampPurpose");
  // What is signed is the set of attributes, with the tag of a set.
  const signed = join(new Uint8Array([SET]), attributes.whole.subarray(1));
  await checkSigned(keyOf(certificate), algorithm, signed, signature, hash);
  return certificate;
}

function isNamed(named: Der, certificate: Certificate): boolean {
  if (named.tag === 0x80) {
    const id = certificate.extensions.get(SUBJECT_ID);
    return id !== undefined && same(readDer(id.value).bytes(OCTET_STRING), named.body);
  }
  const fields = named.inside();
  return same(fields.next().whole, certificate.issuer) && same(fields.next().whole, serialOf(certificate));
}

function serialOf(certificate: Certificate): Bytes {
  const bytes = Uint8Array.from(certificate.serial.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  return join(new Uint8Array([INTEGER, bytes.length]), bytes);
}

/** A signed attribute names this very certificate by its hash, and none names another one. */
async function checkNamesSigner(values: ReadonlyMap<string, Der>, certificate: Certificate): Promise<void> {
  const older = values.get(SIGNING_CERTIFICATE), newer = values.get(SIGNING_CERTIFICATE_2);
  need(older !== undefined || newer !== undefined, "bad_anchor", "stampSigner");
  for (const [attribute, usual] of [[older, "SHA-1"], [newer, "SHA-256"]] as const) {
    if (!attribute) continue;
    const id = attribute.inside().next().inside().next().inside();
    const other = usual === "SHA-256" ? id.maybe(SEQUENCE) : undefined, name = id.next();
    need(same(name.bytes(OCTET_STRING), await digest(other ? hashNamed(other) : usual, certificate.whole)), "bad_anchor", "stampSigner");
  }
}
