// SPDX-License-Identifier: GPL-3.0-or-later
// Revocation lists (section 16, step 5), judged at the time of a stamp.
import { hex, same, type Bytes } from "../bytes/bytes";
import { Failure, need } from "../failure";
import { checkSigned, Unjudged } from "./algorithms";
import { keyOf, mayUse, readExtensions, SIGNS_LISTS, type Certificate } from "./certificate";
import { ENUMERATED, GENERALIZED_TIME, INTEGER, readDer, SEQUENCE, tagged, UTC_TIME, type Der } from "./der";

interface List {
  signed: Bytes;
  algorithm: Der;
  signature: Bytes;
  issuer: Bytes;
  made: number;
  next: number | undefined;
  /** Serial number to the time and the reason of each. */
  revoked: Map<string, { at: number; reason: number }>;
  /** It speaks of all certificates of its issuer, for all reasons. */
  isComplete: boolean;
}

const REASON = "2.5.29.21", DELTA = "2.5.29.27";
/** Number of the list, key of the issuer, where a newer one is; and nothing critical that is not known. */
const HARMLESS = new Set(["2.5.29.20", "2.5.29.35", "2.5.29.46", "1.3.6.1.5.5.7.1.1", "2.5.29.18"]);

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
  const isComplete = !extensions.has(DELTA) && [...extensions.keys()].every((name) => HARMLESS.has(name));
  return { signed: signed.whole, algorithm, signature, issuer, made, next, revoked, isComplete };
}

async function counts(list: List, issuer: Certificate): Promise<boolean> {
  if (!same(list.issuer, issuer.subject.whole) || !list.isComplete || !mayUse(issuer, SIGNS_LISTS)) return false;
  try {
    await checkSigned(keyOf(issuer), list.algorithm, list.signed, list.signature);
    return true;
  } catch (error) {
    if (error instanceof Failure || error instanceof Unjudged) return false;
    throw error;
  }
}

/** Whether it is shown that no certificate of the path was revoked at that time; one that was is `bad_anchor`. */
export async function notRevoked(path: readonly Certificate[], lists: readonly List[], at: number): Promise<boolean> {
  let isShown = true;
  for (const [index, certificate] of path.slice(0, -1).entries()) {
    const issuer = path[index + 1];
    if (!issuer) continue;
    let isCovered = false;
    for (const list of lists) {
      if (!await counts(list, issuer)) continue;
      const entry = list.revoked.get(certificate.serial);
      need(!entry || (entry.at > at && BENIGN.has(entry.reason)), "bad_anchor", "revokedCertificate");
      isCovered ||= (list.next ?? list.made) >= at && list.made <= certificate.until;
    }
    isShown &&= isCovered;
  }
  return isShown;
}
