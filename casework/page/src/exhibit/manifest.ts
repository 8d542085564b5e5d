// SPDX-License-Identifier: GPL-3.0-or-later
// The texts of the bag (section 12): manifests, bag-info.txt, allowed_signers, key files.
import { fromBase64, latin, same, type Bytes } from "../bytes/bytes";
import { ascending, decimal, linesOf } from "../bytes/text";
import { isDay } from "../bytes/time";
import { need, refuse } from "../failure";
import { isPseudonym } from "../format/roster";
import { opensshKey } from "../signature/sshsig";
import { ascii } from "../bytes/bytes";

export const MOST_MANIFEST = 20_000 * 200;

/** Path to hash, in hex. */
export function readManifest(bytes: Bytes): Map<string, string> {
  const lines = linesOf(bytes, MOST_MANIFEST);
  need(lines.length <= 20_000, "malformed", "tooLong");
  const listed = new Map<string, string>();
  for (const line of lines) {
    const [, hash, path] = /^([0-9a-f]{64})  ([!-~]+)$/.exec(line) ?? refuse("malformed", "manifest");
    listed.set(path ?? "", hash ?? "");
  }
  // Paths ascend, so none stands twice.
  need(listed.size === lines.length && ascending([...listed.keys()]), "malformed", "manifest");
  return listed;
}

export const BAGIT = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

export interface BagInfo {
  date: string;
  item: string;
  bytes: bigint;
  files: bigint;
}

export function readBagInfo(bytes: Bytes): BagInfo {
  const form = /^Bagging-Date: ([0-9-]{10})\nExternal-Identifier: ([0-9a-f]{64})\nPayload-Oxum: ([0-9]+)\.([0-9]+)\n$/;
  const [, date = "", item = "", size = "", files = ""] = form.exec(latin(bytes)) ?? refuse("malformed");
  need(isDay(date), "malformed", "time");
  return { date, item, bytes: decimal(size), files: decimal(files) };
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
