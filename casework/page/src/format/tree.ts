// SPDX-License-Identifier: GPL-3.0-or-later
// The log's tree (section 9; RFC 6962).
import { hex, join, type Bytes } from "../bytes/bytes";
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
