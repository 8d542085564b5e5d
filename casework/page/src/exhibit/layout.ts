// SPDX-License-Identifier: GPL-3.0-or-later
// Which files an exhibit may have and must have (section 12).
import { at, refuse } from "../failure";

const PSEUDONYM = "[a-z0-9-]{1,32}";

/** Every path that section 12 names. */
const NAMED = new RegExp("^(" + [
  "bagit\\.txt", "bag-info\\.txt", "manifest-sha256\\.txt", "tagmanifest-sha256\\.txt", "tagmanifest-sha256\\.txt\\.sig",
  "allowed_signers", "verify\\.sh", "README\\.html",
  "data/policy", "data/roster", `data/members/${PSEUDONYM}\\.(ticket|admission)`, `data/keys/${PSEUDONYM}(\\.[1-9][0-9]{0,3})?\\.pub`,
  "data/(item|receive)/statement(\\.tlog-proof|\\.sigsum-proof)?", "data/(item|receive)/disclosures",
  "data/item/(clean|original)\\.[a-z0-9]{1,5}", "data/item/objects/[0-9a-f]{64}\\.age",
  "data/chain/[0-9]{6}\\.statement(\\.tlog-proof)?",
].join("|") + ")$");

const REQUIRED = [
  "README.html", "allowed_signers", "bag-info.txt", "bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt",
  "tagmanifest-sha256.txt.sig", "verify.sh", "data/policy", "data/roster", "data/keys/log.pub", "data/item/statement",
  "data/item/statement.tlog-proof", "data/item/statement.sigsum-proof", "data/item/disclosures",
];

/** All of them, or none. */
const RECEIVE = ["statement", "statement.tlog-proof", "statement.sigsum-proof", "disclosures"].map((name) => `data/receive/${name}`);

export function hasReceive(paths: ReadonlyMap<string, unknown>): boolean {
  return RECEIVE.some((path) => paths.has(path));
}

/** Whether section 12 names such a file. */
export function isNamed(path: string): boolean {
  return NAMED.test(path);
}

/** The first path that must be there and is not. */
export function missing(paths: ReadonlyMap<string, unknown>): string | undefined {
  return [...REQUIRED, ...(hasReceive(paths) ? RECEIVE : [])].find((path) => !paths.has(path));
}

/** The one file `data/item/<stem>.<ext>`, if there is one; a second is refused. */
export async function itemFile(paths: Iterable<string>, stem: "clean" | "original"): Promise<string | undefined> {
  const [first, second] = [...paths].filter((path) => path.startsWith(`data/item/${stem}.`)).sort();
  return second === undefined ? first : at(second, () => refuse("malformed", "twoCopies"));
}

export function chainPath(seq: bigint): string {
  return `data/chain/${String(seq).padStart(6, "0")}.statement`;
}
