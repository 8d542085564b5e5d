// SPDX-License-Identifier: GPL-3.0-or-later
// Revocation lists (section 16, step 5), judged at the time of a stamp.
import { hex, same, type Bytes } from "../bytes/bytes";
import { Failure, need } from "../failure";
import { checkSigned, Unjudged } from "./algorithms";
import { isAuthority, keyOf, mayUse, readExtensions, SIGNS_LISTS, type Certificate } from "./certificate";
import { BOOLEAN, ENUMERATED, GENERALIZED_TIME, INTEGER, readDer, SEQUENCE, tagged, UTC_TIME, Der } from "./der";

interface List {
  signed: Bytes;
  algorithm: Der;
  signature: Bytes;
  issuer: Bytes;
  made: number;
  next: number | undefined;
  /** Serial number to the time and the reason of each. */
  revoked: Map<string, { at: number; reason: number }>;
  /** For all reasons, and nothing critical in it is unknown. */
  isComplete: boolean;
  /** Of which certificates of its issuer it speaks; undefined: of all. */
  point: Point | undefined;
}

interface Point {
  onlyUsers: boolean;
  onlyAuthorities: boolean;
  /** Names of the distribution point in hex; undefined: of every one. */
  names: string[] | undefined;
}

const REASON = "2.5.29.21", DELTA = "2.5.29.27", POINT = "2.5.29.28", POINTS = "2.5.29.31";

/** The full names in a DistributionPointName, each in hex; a relative one names nothing here. */
function namesOf(name: Der): string[] {
  const inner = name.inside(tagged(0)).next();
  return inner.tag === tagged(0) ? inner.inside(tagged(0)).values.map((value) => hex(value.whole)) : [];
}

/** An issuing distribution point; null where the list is indirect, of attributes or of some reasons alone. */
function readPoint(value: Bytes): Point | null {
  const fields = readDer(value).inside(), name = fields.maybe(tagged(0));
  const flag = (n: number): boolean => { const found = fields.maybe(0x80 + n); return found !== undefined && new Der(BOOLEAN, found.body, found.whole).boolean(); };
  const onlyUsers = flag(1), onlyAuthorities = flag(2), someReasons = fields.maybe(0x83), isIndirect = flag(4), ofAttributes = flag(5);
  fields.end();
  return someReasons || isIndirect || ofAttributes ? null : { onlyUsers, onlyAuthorities, names: name && namesOf(name) };
}

/** Whether the list speaks of this certificate. */
function isFor({ point }: List, certificate: Certificate): boolean {
  if (!point) return true;
  const authority = isAuthority(certificate);
  if ((point.onlyUsers && authority) || (point.onlyAuthorities && !authority)) return false;
  if (!point.names) return true;
  const own = certificate.extensions.get(POINTS);
  const names = own ? readDer(own.value).inside().values.flatMap((one) => { const name = one.inside().maybe(tagged(0)); return name ? namesOf(name) : []; }) : [];
  return point.names.some((name) => names.includes(name));
}

/** `unspecified`, `affiliationChanged`, `superseded`, `cessationOfOperation`: the key was not in other hands before. */
const BENIGN = new Set([0, 3, 4, 5]);

export function readList(bytes: Bytes): List {
  const outer = readDer(bytes).inside(), signed = outer.next(), algorithm = outer.next(), signature = outer.next().bits();
  outer.end();
  const fields = signed.inside();
  fields.maybe(INTEGER);
  need(same(fields.next().whole, algorithm.whole), "bad_anchor", "revocationList");
  const issuer = fields.next().whole, made = fields.next().time(), next = fields.maybe(UTC_TIME, GENERALIZED_TIME)?.time();
  const revoked: List["revoked"] = new Map();
  for (const entry of fields.maybe(SEQUENCE)?.inside().values ?? []) {
    const parts = entry.inside(), serial = hex(parts.next().bytes(INTEGER)), at = parts.next().time();
    // A reason that the list does not give excuses nothing (RFC 3161, section 4).
    const reason = readExtensions(parts.maybe(SEQUENCE)).get(REASON);
    revoked.set(serial, { at, reason: reason ? readDer(reason.value).integer(ENUMERATED) : -1 });
  }
  const extensions = readExtensions(fields.maybe(tagged(0))?.inside(tagged(0)).next());
  fields.end();
  const own = extensions.get(POINT);
  let point: Point | null | undefined;
  try {
    point = own && readPoint(own.value);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    point = null;
  }
  const isKnown = [...extensions].every(([name, extension]) => !extension.critical || name === POINT);
  return { signed: signed.whole, algorithm, signature, issuer, made, next, revoked, isComplete: !extensions.has(DELTA) && isKnown && point !== null, point: point ?? undefined };
}

async function counts(list: List, certificate: Certificate, issuer: Certificate): Promise<boolean> {
  if (!same(list.issuer, issuer.subject.whole) || !list.isComplete || !mayUse(issuer, SIGNS_LISTS) || !isFor(list, certificate)) return false;
  try {
    await checkSigned(keyOf(issuer), list.algorithm, list.signed, list.signature);
    return true;
  } catch (error) {
    if (error instanceof Failure || error instanceof Unjudged) return false;
    throw error;
  }
}

/** Whether it is shown that no certificate of the path was revoked at that time; one that was, by the latest time that the
 *  token claims, is `bad_anchor`. */
export async function notRevoked(path: readonly Certificate[], lists: readonly List[], at: number, latest: number): Promise<boolean> {
  let isShown = true;
  for (const [index, certificate] of path.slice(0, -1).entries()) {
    const issuer = path[index + 1];
    if (!issuer) continue;
    let isCovered = false;
    for (const list of lists) {
      if (!await counts(list, certificate, issuer)) continue;
      const entry = list.revoked.get(certificate.serial);
      need(!entry || (entry.at > latest && BENIGN.has(entry.reason)), "bad_anchor", "revokedCertificate");
      isCovered ||= (list.next ?? list.made) >= at && list.made <= certificate.until;
    }
    isShown &&= isCovered;
  }
  return isShown;
}
