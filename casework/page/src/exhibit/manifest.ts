// SPDX-License-Identifier: GPL-3.0-or-later
// The texts of the bag (section 12): manifests, bag-info.txt, allowed_signers, key files.
import { fromBase64, latin, same, type Bytes } from "../bytes/bytes";
import { ascending, decimal, linesOf } from "../bytes/text";
import { isDay } from "../bytes/time";
import { need, refuse } from "../failure";
import { isPseudonym } from "../format/roster";
import { opensshKey } from "../signature/sshsig";
import { ascii } from "../bytes/bytes";

export interface ManifestForm {
  /** In bytes, and lines. */
  most: number;
  lines: number;
}

/** Of an exhibit (section 12), and of a dossier (section 19). */
export const EXHIBIT_MANIFEST: ManifestForm = { most: 20_000 * 200, lines: 20_000 };
export const DOSSIER_MANIFEST: ManifestForm = { most: 134_217_728, lines: 250_000 };

/** Path to hash, in hex, of 32 or 64 bytes. */
export function readManifest(bytes: Bytes, form: ManifestForm, hashSize: 32 | 64 = 32): Map<string, string> {
  const lines = linesOf(bytes, form.most);
  need(lines.length <= form.lines, "malformed", "tooLong");
  const listed = new Map<string, string>(), digits = 2 * hashSize;
  for (const line of lines) {
    const hash = line.slice(0, digits), path = line.slice(digits + 2);
    need(/^[0-9a-f]+$/.test(hash) && hash.length === digits && line.slice(digits, digits + 2) === "  " && /^[!-~]+$/.test(path), "malformed", "manifest");
    listed.set(path, hash);
  }
  // Paths ascend, so none stands twice.
  need(listed.size === lines.length && ascending([...listed.keys()]), "malformed", "manifest");
  return listed;
}

export const BAGIT = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

export interface BagInfo {
  date: string;
  /** The item's hash, or the dossier's. */
  named: string;
  bytes: bigint;
  files: bigint;
}

export function readBagInfo(bytes: Bytes): BagInfo {
  const form = /^Bagging-Date: ([0-9-]{10})\nExternal-Identifier: ([0-9a-f]{64})\nPayload-Oxum: ([0-9]+)\.([0-9]+)\n$/;
  const [, date = "", named = "", size = "", files = ""] = form.exec(latin(bytes)) ?? refuse("malformed");
  need(isDay(date), "malformed", "time");
  return { date, named, bytes: decimal(size), files: decimal(files) };
}

export interface Signer {
  pseudonym: string;
  key: Bytes;
}

function keyOf(text: string): Bytes {
  const blob = fromBase64(text) ?? refuse("malformed", "sshKey");
  const key = blob.slice(-32);
  need(opensshKey(key) === text, "malformed", "sshKey");
  return key;
}

export function readAllowedSigners(bytes: Bytes): Signer {
  const [, pseudonym = "", key = ""] = /^([!-~]+) namespaces="dokaz-exhibit" ssh-ed25519 ([!-~]+)\n$/.exec(latin(bytes)) ?? refuse("malformed");
  need(isPseudonym(pseudonym), "malformed", "pseudonym");
  return { pseudonym, key: keyOf(key) };
}

/** Whether this is the key file of somebody. */
export function isKeyFile(bytes: Bytes, owner: string, key: Bytes): boolean {
  return same(bytes, ascii(`ssh-ed25519 ${opensshKey(key)} ${owner}\n`));
}
