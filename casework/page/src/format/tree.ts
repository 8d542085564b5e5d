// SPDX-License-Identifier: GPL-3.0-or-later
// The log's tree (section 9; RFC 6962).
import { fromHex, hex, join, type Bytes } from "../bytes/bytes";
import { need } from "../failure";
import { sha256 } from "../signature/hash";

export async function leafHash(leaf: Bytes): Promise<Bytes> {
  return sha256(join(new Uint8Array([0]), leaf));
}

async function node(left: Bytes, right: Bytes): Promise<Bytes> {
  return sha256(join(new Uint8Array([1]), left, right));
}

/** The path leads from the leaf's hash at `index` to the root of the tree of `size` leaves: else `bad_inclusion`. */
export async function checkInclusion(leaf: Bytes, index: bigint, size: bigint, path: readonly Bytes[], root: string): Promise<void> {
  need(index < size, "bad_inclusion", "inclusion");
  let hash = leaf, at = index, last = size - 1n;
  for (const sibling of path) {
    need(last > 0n, "bad_inclusion", "inclusion");
    if (at % 2n === 1n || at === last) {
      hash = await node(sibling, hash);
      // The last node of a level without a sibling moves up as it is.
      while (at % 2n === 0n && at > 0n) {
        at /= 2n;
        last /= 2n;
      }
    } else {
      hash = await node(hash, sibling);
    }
    at /= 2n;
    last /= 2n;
  }
  need(last === 0n && hex(hash) === root, "bad_inclusion", "inclusion");
}

/** The tree of `older` leaves is the beginning of that of `newer` (RFC 9162, section 2.1.4.2): else `bad_consistency`. */
export async function checkConsistency(older: bigint, olderRoot: string, newer: bigint, newerRoot: string, path: readonly Bytes[]): Promise<void> {
  const show = (holds: boolean) => need(holds, "bad_consistency", "consistency");
  show(older <= newer);
  if (older === newer || older === 0n) return show(path.length === 0 && (older === 0n || olderRoot === newerRoot));
  let at = older - 1n, last = newer - 1n;
  // The older tree's last whole part: where it is all of the tree, its root is not in the path.
  while (at % 2n === 1n) {
    at /= 2n;
    last /= 2n;
  }
  const rest = at === 0n ? [fromHex(olderRoot, 32), ...path] : [...path], first = rest.shift();
  if (first === undefined) return show(false);
  let olderHash = first, newerHash = first;
  for (const hash of rest) {
    if (hash === undefined || last === 0n) return show(false);
    if (at % 2n === 1n || at === last) {
      olderHash = await node(hash, olderHash);
      newerHash = await node(hash, newerHash);
      while (at % 2n === 0n && at > 0n) {
        at /= 2n;
        last /= 2n;
      }
    } else {
      newerHash = await node(newerHash, hash);
    }
    at /= 2n;
    last /= 2n;
  }
  show(last === 0n && hex(olderHash) === olderRoot && hex(newerHash) === newerRoot);
}
