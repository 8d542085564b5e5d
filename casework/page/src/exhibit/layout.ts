// SPDX-License-Identifier: GPL-3.0-or-later
// Which files an exhibit may have and must have (section 12).
import { refuse } from "../failure";

const PSEUDONYM = "[a-z0-9-]{1,32}";

/** Every path that section 12 names. */
const NAMED = new RegExp("^(" + [
  "bagit\\.txt", "bag-info\\.txt", "manifest-sha256\\.txt", "tagmanifest-sha256\\.txt", "tagmanifest-sha256\\.txt\\.sig",
  "allowed_signers", "verify\\.sh", "README\\.html",
  "data/policy", "data/roster", `data/members/${PSEUDONYM}\\.(ticket|admission)`, `data/keys/${PSEUDONYM}\\.pub`,
  "data/(item|receive)/statement(\\.tlog-proof|\\.sigsum-proof)?", "data/(item|receive)/disclosures",
  "data/item/(clean|original)\\.[a-z0-9]{1,5}", "data/item/objects/[0-9a-f]{64}\\.age",
  "data/chain/[0-9]{6}\\.statement(\\.tlog-proof)?",
].join("|") + ")$");

/** Tag files, in the order of the manifest that lists them. */
export const TAG_FILES = ["README.html", "allowed_signers", "bag-info.txt", "bagit.txt", "manifest-sha256.txt", "verify.sh"];

const REQUIRED = [
  ...TAG_FILES, "tagmanifest-sha256.txt", "tagmanifest-sha256.txt.sig", "data/policy", "data/roster", "data/keys/log.pub",
  "data/item/statement", "data/item/statement.tlog-proof", "data/item/statement.sigsum-proof", "data/item/disclosures",
  "data/receive/statement", "data/receive/statement.tlog-proof", "data/receive/statement.sigsum-proof", "data/receive/disclosures",
];

/** The first path that must not be there. */
export function unnamed(paths: Iterable<string>): string | undefined {
  return [...paths].sort().find((path) => !NAMED.test(path));
}

/** The first path that must be there and is not. */
export function missing(paths: ReadonlyMap<string, unknown>): string | undefined {
  return REQUIRED.find((path) => !paths.has(path));
}

/** The one file `data/item/<stem>.<ext>`, if there is one; two are refused. */
export function itemFile(paths: Iterable<string>, stem: "clean" | "original"): string | undefined {
  const found = [...paths].filter((path) => path.startsWith(`data/item/${stem}.`));
  return found.length > 1 ? refuse("unlisted_part", "twoCopies") : found[0];
}

export function chainPath(seq: bigint): string {
  return `data/chain/${String(seq).padStart(6, "0")}.statement`;
}
