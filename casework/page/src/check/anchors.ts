// SPDX-License-Identifier: GPL-3.0-or-later
// Anchors of an exhibit or a dossier (sections 16 and 19): time stamps over checkpoints of the log, and what they cover.
import { decimal } from "../bytes/text";
import { at, need, refuse } from "../failure";
import { checkSignedByLog, readCheckpoint, type SignedCheckpoint } from "../format/checkpoint";
import { readConsistency } from "../format/consistency";
import { MOST_NOTE } from "../format/note";
import { checkConsistency } from "../format/tree";
import { checkStamp, type Roots, type Stamp } from "../stamp/stamp";
import { from, readFile } from "./bag";
import { checkNotAhead, type Logged, type Trusted } from "./receipts";

export interface AnchorStamp {
  authority: string;
  /** Of the anchored checkpoint. */
  size: bigint;
  stamp: Stamp;
  /** The latest time that it states, in seconds since 1970. */
  latest: bigint;
}

interface Tree {
  size: bigint;
  root: string;
}

const nameOf = ({ size, root }: Tree) => `${size} ${root}`;

export class Anchors {
  readonly stamps: AnchorStamp[] = [];
  readonly checkpoints: { checkpoint: SignedCheckpoint; path: string }[] = [];
  private readonly covered = new Map<string, AnchorStamp[]>();

  add(tree: Tree, stamps: readonly AnchorStamp[]): void {
    this.covered.set(nameOf(tree), [...this.covered.get(nameOf(tree)) ?? [], ...stamps]);
  }

  /** Those that cover what has a receipt under this tree. */
  over(tree: Tree): readonly AnchorStamp[] {
    return this.covered.get(nameOf(tree)) ?? [];
  }
}

const FOLDER = "data/anchors/", MOST_ANCHORS = 64, MOST_AUTHORITIES = 8;
const MOST_TOKEN = 65_536, MOST_LISTS = 4 * 1024 * 1024;

/** `items` are what anchors may cover; `all` are all statements whose receipts are here. */
export async function checkAnchors(trusted: Trusted, items: readonly Logged[], all: readonly Logged[], roots: Roots, tick: () => Promise<void>): Promise<Anchors> {
  const folders = new Map<string, string[]>(), anchors = new Anchors();
  for (const path of trusted.exhibit.parts.keys()) {
    const [, size = "", name = ""] = /^data\/anchors\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
    if (size) folders.set(size, [...folders.get(size) ?? [], name]);
  }
  need(folders.size <= MOST_ANCHORS, "malformed", "anchors");
  const ofItems = new Set(items.map(({ checkpoint }) => nameOf(checkpoint)));
  const sizes = [...folders.keys()].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  for (const size of sizes) {
    await checkAnchor({ trusted, roots, anchors, items: ofItems, all }, size, (folders.get(size) ?? []).sort());
    await tick();
  }
  return anchors;
}

interface Around {
  trusted: Trusted;
  roots: Roots;
  anchors: Anchors;
  /** Trees that the receipts of items end with, by size and root. */
  items: ReadonlySet<string>;
  all: readonly Logged[];
}

async function checkAnchor({ trusted, roots, anchors, items, all }: Around, size: string, names: readonly string[]): Promise<void> {
  const { exhibit, policy, now } = trusted, folder = `${FOLDER}${size}/`, path = `${folder}checkpoint`;
  const bytes = await at(path, () => readFile(exhibit, path, MOST_NOTE));
  const checkpoint = await at(path, async () => {
    const found = await checkSignedByLog(readCheckpoint(bytes), policy);
    need(found.size === decimal(size), "malformed", "anchorSize");
    checkNotAhead(found, now);
    // Another root of this size, of whichever receipt.
    need(all.every((other) => other.checkpoint.size !== found.size || other.checkpoint.root === found.root), "bad_consistency", "twoRoots");
    return found;
  });
  anchors.checkpoints.push({ checkpoint, path });
  const older: Tree[] = [];
  for (const name of names.filter((other) => other.startsWith("from.")))
    await from(exhibit, folder + name, 8192, async (text) => {
      const { from: before, to, path: proof } = readConsistency(text);
      need(name === `from.${before.size}` && before.size < to.size && items.has(nameOf(before)), "malformed", "anchorFrom");
      need(to.size === checkpoint.size && to.root === checkpoint.root, "malformed", "anchorFrom");
      await checkConsistency(before.size, before.root, to.size, to.root, proof);
      older.push(before);
    });
  const authorities = names.filter((name) => name.endsWith(".tsr")).map((name) => name.slice(0, -4));
  for (const name of names) {
    const owner = /^(.*)\.(chain\.pem|crl)$/.exec(name)?.[1];
    if (owner !== undefined && !authorities.includes(owner)) await at(folder + name, () => refuse("malformed", "unnamed"));
  }
  await at(path, () => need(authorities.length > 0, "missing_part", "noStamp"));
  await at(path, () => need(authorities.length <= MOST_AUTHORITIES, "malformed", "anchors"));
  const covered = [checkpoint, ...older];
  await at(path, () => need(covered.some((tree) => items.has(nameOf(tree))), "malformed", "anchorCovers"));
  const stamps: AnchorStamp[] = [];
  for (const authority of authorities) {
    const file = (end: string, most: number) => at(`${folder}${authority}.${end}`, () => {
      need((exhibit.parts.get(`${folder}${authority}.${end}`)?.size ?? 0) <= most, "too_large", "tooLong");
      return readFile(exhibit, `${folder}${authority}.${end}`, most);
    });
    const response = await file("tsr", MOST_TOKEN), chain = await file("chain.pem", MOST_TOKEN);
    const lists = names.includes(`${authority}.crl`) ? await file("crl", MOST_LISTS) : undefined;
    const stamp = await at(`${folder}${authority}.tsr`, () => checkStamp(response, chain, lists, bytes, roots, now));
    stamps.push({ authority, size: checkpoint.size, stamp, latest: BigInt(Math.ceil((stamp.time + (stamp.accuracy ?? 0)) / 1000)) });
  }
  anchors.stamps.push(...stamps);
  for (const tree of covered) anchors.add(tree, stamps);
}
