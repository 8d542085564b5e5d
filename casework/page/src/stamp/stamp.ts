// SPDX-License-Identifier: GPL-3.0-or-later
// A stamp of an anchor: whether it is whole, and whether it leads to a root that the person got by another way (sections 16, 19).
import type { Bytes } from "../bytes/bytes";
import { need } from "../failure";
import { Unjudged } from "./algorithms";
import { isCertificateWithHash, pathTo, readCertificate, subjectOf, type Certificate } from "./certificate";
import { readPem } from "./pem";
import { notRevoked, readList } from "./revocation";
import { checkToken } from "./token";

/** Roots of time authorities, which the person got by another way: certificates, and hashes of such in hex. */
export interface Roots {
  certificates: Certificate[];
  hashes: string[];
}

export interface Stamp {
  /** `unjudged`: signed or written in a way that this page does not know. It proves nothing, as one that is not confirmed. */
  state: "holds" | "unconfirmed" | "unjudged";
  /** The signer's subject; empty where it was not judged. */
  who: string;
  policy: string;
  /** In milliseconds since 1970, and plus and minus so many. */
  time: number;
  accuracy: number | undefined;
  /** Whether lists show that no certificate was revoked at that time. */
  revocationShown: boolean;
}

/** The most certificates of a file. */
const MOST_CERTIFICATES = 16;

export function readCertificates(bytes: Bytes): Certificate[] {
  const all = readPem(bytes, "CERTIFICATE");
  need(all.length >= 1 && all.length <= MOST_CERTIFICATES, "bad_anchor", "pem");
  return all.map(readCertificate);
}

/** From a file that a person chose as an authority's root: PEM, or the bytes of one certificate. */
export function readRoots(bytes: Bytes): Certificate[] {
  return bytes[0] === 0x30 ? [readCertificate(bytes)] : readCertificates(bytes);
}

const DAY = 86_400_000;

/** `now` is in milliseconds since 1970, where the verifier knows it. */
export async function checkStamp(response: Bytes, chainFile: Bytes, lists: Bytes | undefined, stamped: Bytes, roots: Roots, now: number | undefined): Promise<Stamp> {
  try {
    const chain = readCertificates(chainFile), token = await checkToken(response, stamped, chain);
    const { signer, time, accuracy, policy } = token, pool = [...chain, ...token.certificates];
    need(now === undefined || time - (accuracy ?? 0) <= now + DAY, "bad_anchor", "ahead");
    const own = await pathTo(signer, pool, chain.slice(-1), time);
    need(own !== undefined, "bad_anchor", "stampChain");
    const revocations = lists ? readPem(lists, "X509 CRL").map(readList) : [];
    const latest = 1000 * Math.ceil((time + (accuracy ?? 0)) / 1000);
    const ownShown = await notRevoked(own, revocations, time, latest);
    const given = [...roots.certificates];
    for (const certificate of pool) if (await isCertificateWithHash(certificate, roots.hashes)) given.push(certificate);
    const path = given.length > 0 ? await pathTo(signer, pool, given, time) : undefined;
    const shown = path ? await notRevoked(path, revocations, time, latest) : ownShown;
    return { state: path ? "holds" : "unconfirmed", who: subjectOf(signer), policy, time, accuracy, revocationShown: shown };
  } catch (error) {
    if (!(error instanceof Unjudged)) throw error;
    return { state: "unjudged", who: "", policy: "", time: 0, accuracy: undefined, revocationShown: false };
  }
}
