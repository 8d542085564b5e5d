// SPDX-License-Identifier: GPL-3.0-or-later
// X.509 certificates (RFC 5280): as much of them as a time stamp's chain needs. What is critical and not known here is not judged.
import { hex, latin, same, type Bytes } from "../bytes/bytes";
import { Failure, need } from "../failure";
import { Unjudged, checkSigned, digest, readKey, type Key } from "./algorithms";
import { BIT_STRING, BOOLEAN, INTEGER, OCTET_STRING, readDer, SEQUENCE, SET, tagged, type Der } from "./der";

export interface Certificate {
  whole: Bytes;
  /** What its issuer signed. */
  signed: Bytes;
  algorithm: Der;
  signature: Bytes;
  serial: string;
  issuer: Bytes;
  subject: Der;
  /** Milliseconds since 1970. */
  from: number;
  until: number;
  keyDer: Der;
  extensions: Map<string, { critical: boolean; value: Bytes }>;
}

export const BASIC = "2.5.29.19", USAGE = "2.5.29.15", EXTENDED = "2.5.29.37", SUBJECT_ID = "2.5.29.14";
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";

/** Bits of a key usage, by their number. */
export const SIGNS = 0, COMMITS = 1, SIGNS_CERTIFICATES = 5, SIGNS_LISTS = 6;

/** Extensions that are heeded, or that forbid nothing here. */
const KNOWN = new Set([BASIC, USAGE, EXTENDED, SUBJECT_ID, "2.5.29.35", "2.5.29.17", "2.5.29.18", "2.5.29.31", "2.5.29.32", "1.3.6.1.5.5.7.1.1"]);

export function readExtensions(list: Der | undefined): Certificate["extensions"] {
  const extensions: Certificate["extensions"] = new Map();
  for (const extension of list?.inside().values ?? []) {
    const parts = extension.inside(), name = parts.next().oid(), critical = parts.maybe(BOOLEAN)?.boolean() ?? false;
    need(!extensions.has(name), "bad_anchor", "certificate");
    extensions.set(name, { critical, value: parts.next().bytes(OCTET_STRING) });
    parts.end();
  }
  return extensions;
}

export function readCertificate(whole: Bytes): Certificate {
  const outer = readDer(whole).inside(), signed = outer.next(), algorithm = outer.next(), signature = outer.next().bits();
  outer.end();
  const fields = signed.inside();
  fields.maybe(tagged(0));
  const serial = hex(fields.next().bytes(INTEGER));
  need(same(fields.next().whole, algorithm.whole), "bad_anchor", "certificate");
  const issuer = fields.next().whole, validity = fields.next().inside(), subject = fields.next(), keyDer = fields.next();
  fields.maybe(0x81);
  fields.maybe(0x82);
  const extensions = readExtensions(fields.maybe(tagged(3))?.inside(tagged(3)).next());
  fields.end();
  return { whole, signed: signed.whole, algorithm, signature, serial, issuer, subject, from: validity.next().time(), until: validity.next().time(), keyDer, extensions };
}

export function keyOf(certificate: Certificate): Key {
  return readKey(certificate.keyDer);
}

/** Whether the key may be used for one of these; a certificate that says nothing of it forbids nothing. */
export function mayUse(certificate: Certificate, ...bits: number[]): boolean {
  const usage = certificate.extensions.get(USAGE);
  if (!usage) return true;
  const bytes = readDer(usage.value).bytes(BIT_STRING);
  return bits.some((bit) => ((bytes[1 + (bit >> 3)] ?? 0) & (128 >> (bit & 7))) !== 0);
}

/** How many authorities may stand below it; undefined where it is no authority. */
function authorityDepth(certificate: Certificate): number | undefined {
  const basic = certificate.extensions.get(BASIC);
  if (!basic) return undefined;
  const fields = readDer(basic.value).inside(), isAuthority = fields.maybe(BOOLEAN)?.boolean() ?? false;
  const depth = fields.maybe(INTEGER)?.integer() ?? 100;
  return isAuthority ? depth : undefined;
}

export const isAuthority = (certificate: Certificate): boolean => authorityDepth(certificate) !== undefined;

/** For time stamps and nothing else, and that is critical. */
export function isForTimeStamps(certificate: Certificate): boolean {
  const extended = certificate.extensions.get(EXTENDED);
  if (!extended?.critical) return false;
  const purposes = readDer(extended.value).inside().values.map((value) => value.oid());
  return purposes.length === 1 && purposes[0] === TIME_STAMPING && mayUse(certificate, SIGNS, COMMITS);
}

/** Constraints of names and policies, which this page does not judge. Any other that is critical and not known is refused. */
const UNJUDGED = new Set(["2.5.29.30", "2.5.29.33", "2.5.29.36", "2.5.29.54"]);

/** Whether all that is critical is heeded here. */
function isHeeded({ extensions }: Certificate): boolean {
  const critical = [...extensions].filter(([name, extension]) => extension.critical && !KNOWN.has(name)).map(([name]) => name);
  if (critical.length > 0 && critical.every((name) => UNJUDGED.has(name))) throw new Unjudged();
  return critical.length === 0;
}

/** `below` counts the authorities between it and the signer. */
function mayIssue(issuer: Certificate, below: number, at: number): boolean {
  const depth = authorityDepth(issuer);
  return depth !== undefined && below <= depth && mayUse(issuer, SIGNS_CERTIFICATES) && isValid(issuer, at);
}

function isValid(certificate: Certificate, at: number): boolean {
  return certificate.from <= at && at <= certificate.until;
}

/** Of a path; and of all signatures that are tried, so that certificates which all sign each other keep nobody waiting for ever. */
const LONGEST = 8, MOST_TRIED = 200;

/**
 * The certificates from the signer's to one of the roots, at a time, each signed by the next; undefined where none leads there.
 * A signature among them that does not hold leads nowhere.
 */
export async function pathTo(signer: Certificate, pool: readonly Certificate[], roots: readonly Certificate[], at: number): Promise<Certificate[] | undefined> {
  let unjudged = false, tried = 0;
  async function follow(path: Certificate[]): Promise<Certificate[] | undefined> {
    const last = path[path.length - 1] ?? signer;
    if (!isValid(last, at)) return undefined;
    if (roots.some((root) => same(root.whole, last.whole))) return path;
    if (path.length >= LONGEST || tried > MOST_TRIED) return undefined;
    for (const issuer of [...roots, ...pool]) {
      if (!same(issuer.subject.whole, last.issuer) || path.some((other) => same(other.whole, issuer.whole))) continue;
      if (!mayIssue(issuer, path.length - 1, at)) continue;
      try {
        if (!isHeeded(issuer)) continue;
        if (++tried > MOST_TRIED) throw new Unjudged();
        await checkSigned(keyOf(issuer), last.algorithm, last.signed, last.signature);
      } catch (error) {
        if (error instanceof Unjudged) unjudged = true;
        else if (!(error instanceof Failure)) throw error;
        continue;
      }
      const found = await follow([...path, issuer]);
      if (found) return found;
    }
    return undefined;
  }
  if (!isHeeded(signer)) return undefined;
  const found = await follow([signer]);
  if (!found && unjudged) throw new Unjudged();
  return found;
}

const NAMES: Record<string, string> = { "2.5.4.3": "CN", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.6": "C" };

/** A subject as people read it: the names of person, organisation, country. */
export function subjectOf(certificate: Certificate): string {
  const parts: string[] = [];
  for (const set of certificate.subject.inside(SEQUENCE).values)
    for (const pair of set.inside(SET).values) {
      const fields = pair.inside(), name = NAMES[fields.next().oid()], value = fields.next();
      if (name) parts.push(`${name}=${value.tag === 0x0c ? new TextDecoder().decode(value.body) : latin(value.body)}`);
    }
  return parts.join(", ");
}

export async function isCertificateWithHash(certificate: Certificate, hashes: readonly string[]): Promise<boolean> {
  return hashes.length > 0 && hashes.includes(hex(await digest("SHA-256", certificate.whole)));
}
