// SPDX-License-Identifier: GPL-3.0-or-later
// Which files an exhibit or a dossier may have and must have (sections 12 and 19).
import { at, refuse } from "../failure";

const PSEUDONYM = "[a-z0-9-]{1,32}", PROOF = "(\\.tlog-proof|\\.sigsum-proof)?", COPY = "(clean|original)\\.[a-z0-9]{1,5}";

const COMMON = [
  "bagit\\.txt", "bag-info\\.txt", "manifest-sha256\\.txt", "tagmanifest-sha256\\.txt", "tagmanifest-sha256\\.txt\\.sig",
  "allowed_signers", "verify\\.sh", "README\\.html",
  "data/policy", "data/roster", `data/members/${PSEUDONYM}\\.(ticket|admission)`, `data/keys/${PSEUDONYM}(\\.[1-9][0-9]{0,3})?\\.pub`,
  "data/anchors/[1-9][0-9]{0,19}/(checkpoint|[a-z0-9][a-z0-9-]{0,31}\\.(tsr|chain\\.pem|crl)|from\\.[1-9][0-9]{0,19})",
];

/** Of a path. */
const PIECE = "[A-Za-z0-9_-][A-Za-z0-9._-]*", PATH = new RegExp(`^${PIECE}(/${PIECE}){0,3}$`);

const named = (...patterns: string[]) => new RegExp(`^(${[...COMMON, ...patterns].join("|")})$`);

const EXHIBIT = named(`data/(item|receive)/statement${PROOF}`, "data/(item|receive)/disclosures", `data/item/${COPY}`,
  "data/item/objects/[0-9a-f]{64}\\.age", "data/chain/[0-9]{6}\\.statement(\\.tlog-proof)?");

const DOSSIER = named("manifest-sha512\\.txt", "data/dossier", `data/items/[0-9]{4}/(statement${PROOF}|disclosures|${COPY}|[0-9a-f]{64}\\.age)`,
  "data/items/[0-9]{4}/receive(\\.tlog-proof|\\.disclosures)?", "data/chains/[0-9a-f]{32}/[0-9]{6}\\.statement(\\.tlog-proof)?",
  `data/documents/(${PIECE}/)?${PIECE}`);

const REQUIRED = [
  "README.html", "allowed_signers", "bag-info.txt", "bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt",
  "tagmanifest-sha256.txt.sig", "verify.sh", "data/policy", "data/roster", "data/keys/log.pub",
];

const ENDS = ["statement", "statement.tlog-proof", "statement.sigsum-proof", "disclosures"];

/** All of them, or none. */
const RECEIVE = ENDS.map((name) => `data/receive/${name}`);

/** The files of an item, in an exhibit's folders or in the one of a dossier. */
export interface ItemPlace {
  statement: string;
  disclosures: string;
  /** What stands before the names of copies, and of objects. */
  copies: string;
  objects: string;
  receive: string;
  receiveDisclosures: string;
  /** Paths that may be copies or objects of it. */
  files: readonly string[];
  hasReceive: boolean;
  /** Whether the receipt of `receive` is there in its second form, too. */
  receiveHasSigsum: boolean;
}

type Paths = ReadonlyMap<string, unknown>;

export function isDossier(paths: Paths): boolean {
  return paths.has("data/dossier") || paths.has("manifest-sha512.txt");
}

/** Whether a file of a bag can have this name at all. */
export function isPath(path: string): boolean {
  return PATH.test(path) && path.length <= 200;
}

/** Whether its section names such a file. */
export function isNamed(paths: Paths, path: string): boolean {
  return (isDossier(paths) ? DOSSIER : EXHIBIT).test(path);
}

/** The first path that must be there and is not. */
export function missing(paths: Paths): string | undefined {
  const required = isDossier(paths) ? [...REQUIRED, "manifest-sha512.txt", "data/dossier"]
    : [...REQUIRED, ...ENDS.map((name) => `data/item/${name}`), ...(RECEIVE.some((path) => paths.has(path)) ? RECEIVE : [])];
  return required.find((path) => !paths.has(path));
}

export function exhibitPlace(paths: Paths): ItemPlace {
  return {
    statement: "data/item/statement", disclosures: "data/item/disclosures", copies: "data/item/", objects: "data/item/objects/",
    receive: "data/receive/statement", receiveDisclosures: "data/receive/disclosures",
    files: [...paths.keys()].filter((path) => path.startsWith("data/item/")), hasReceive: RECEIVE.some((path) => paths.has(path)), receiveHasSigsum: true,
  };
}

/** `files` are all of the item's folder. */
export function dossierPlace(number: number, files: readonly string[]): ItemPlace {
  const folder = `data/items/${String(number).padStart(4, "0")}/`;
  return {
    statement: `${folder}statement`, disclosures: `${folder}disclosures`, copies: folder, objects: folder,
    receive: `${folder}receive`, receiveDisclosures: `${folder}receive.disclosures`,
    files, hasReceive: files.includes(`${folder}receive`), receiveHasSigsum: false,
  };
}

/** The one file of an item that is such a copy, if there is one; a second is refused. */
export async function copyOf({ files, copies }: ItemPlace, stem: "clean" | "original"): Promise<string | undefined> {
  const [first, second] = files.filter((path) => path.startsWith(`${copies}${stem}.`)).sort();
  return second === undefined ? first : at(second, () => refuse("malformed", "twoCopies"));
}

export function chainPath(seq: bigint): string {
  return `data/chain/${String(seq).padStart(6, "0")}.statement`;
}

/** In a dossier. */
export function chainsPath(chain: string, seq: bigint): string {
  return `data/chains/${chain}/${String(seq).padStart(6, "0")}.statement`;
}
