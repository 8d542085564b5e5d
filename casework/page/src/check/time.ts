// SPDX-License-Identifier: GPL-3.0-or-later
// Third question: between which times did the statement come to be, and who proves it? Fifth, in part: one history.
import { at, need } from "../failure";
import type { Cosignature, SignedCheckpoint } from "../format/checkpoint";
import type { TimeAnswer } from "./findings";
import type { Logged } from "./receipts";

/** Checkpoints of one size, also those that `seen` lines name, have one root: else `bad_consistency`. */
export async function checkOneHistory(all: readonly Logged[]): Promise<void> {
  const roots = new Map<bigint, string>();
  const note = (size: bigint, root: string, where: string) => at(where, () => {
    need((roots.get(size) ?? root) === root, "bad_consistency", "twoRoots");
    roots.set(size, root);
  });
  for (const { checkpoint, path } of all) await note(checkpoint.size, checkpoint.root, `${path}.tlog-proof`);
  for (const { statement, path } of all) if (statement.seen.size > 0n) await note(statement.seen.size, statement.seen.root, path);
}

export function timesOf(item: Logged, all: readonly Logged[]): TimeAnswer {
  const { seen, time } = item.statement;
  const known: SignedCheckpoint[] = all.map((logged) => logged.checkpoint);
  const equal = known.filter((checkpoint) => seen.size > 0n && checkpoint.size === seen.size && checkpoint.root === seen.root);
  const earliest = new Map<string, Cosignature>();
  for (const cosignature of equal.flatMap((checkpoint) => checkpoint.cosignatures))
    if (cosignature.time < (earliest.get(cosignature.name)?.time ?? 1n << 64n)) earliest.set(cosignature.name, cosignature);
  return { claimed: time, seen: seen.size, notBefore: [...earliest.values()], notAfter: item.checkpoint.cosignatures };
}
