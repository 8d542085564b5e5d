// SPDX-License-Identifier: GPL-3.0-or-later
// Third question: between which times did the statement come to be, and who proves it? Fifth, in part: one history.
import { at, need } from "../failure";
import type { Cosignature, SignedCheckpoint } from "../format/checkpoint";
import type { Anchors } from "./anchors";
import type { TimeAnswer } from "./findings";
import type { Logged } from "./receipts";

/** Checkpoints of one size, also those that `seen` lines name, have one root: else `bad_consistency`. */
export async function checkOneHistory(all: readonly Logged[], anchors: Anchors): Promise<void> {
  const roots = new Map<bigint, string>();
  const note = (size: bigint, root: string, where: string) => at(where, () => {
    need((roots.get(size) ?? root) === root, "bad_consistency", "twoRoots");
    roots.set(size, root);
  });
  for (const { checkpoint, path } of all) await note(checkpoint.size, checkpoint.root, `${path}.tlog-proof`);
  for (const { checkpoint, path } of anchors.checkpoints) await note(checkpoint.size, checkpoint.root, path);
  for (const { statement, path } of all) if (statement.seen.size > 0n) await note(statement.seen.size, statement.seen.root, path);
}

/** The earliest cosignatures of each tree that receipts here end with, by size and root. (Under an anchor there may be fewer than the quorum.) */
export class Witnessed {
  private readonly trees = new Map<string, Map<string, Cosignature>>();

  constructor(checkpoints: Iterable<SignedCheckpoint>) {
    for (const { size, root, cosignatures } of checkpoints) {
      const name = `${size} ${root}`, earliest = this.trees.get(name) ?? new Map<string, Cosignature>();
      this.trees.set(name, earliest);
      for (const cosignature of cosignatures) if (cosignature.time < (earliest.get(cosignature.name)?.time ?? 1n << 64n)) earliest.set(cosignature.name, cosignature);
    }
  }

  of(size: bigint, root: string): Cosignature[] {
    return size > 0n ? [...this.trees.get(`${size} ${root}`)?.values() ?? []] : [];
  }
}

function edge(times: readonly bigint[], isBetter: (a: bigint, b: bigint) => boolean): bigint | undefined {
  return times.reduce<bigint | undefined>((best, time) => (best === undefined || isBetter(time, best) ? time : best), undefined);
}

export function timesOf(item: Logged, witnessed: Witnessed, anchors: Anchors): TimeAnswer {
  const { seen, time } = item.statement, notBefore = witnessed.of(seen.size, seen.root), notAfter = item.checkpoint.cosignatures;
  const before = edge(notBefore.map((cosignature) => cosignature.time), (a, b) => a < b);
  const byWitnesses = edge(notAfter.map((cosignature) => cosignature.time), (a, b) => a > b);
  const stamps = anchors.over(item.checkpoint).filter(({ stamp }) => stamp.state === "holds");
  const byStamps = edge(stamps.map(({ latest }) => latest), (a, b) => a < b);
  const after = edge([byWitnesses, byStamps].filter((value) => value !== undefined), (a, b) => a < b);
  const restsOnStamp = byStamps !== undefined && (byWitnesses === undefined || byStamps < byWitnesses);
  return {
    claimed: time, seen: seen.size, notBefore, notAfter, stamps, before, after,
    unrevokedShown: !restsOnStamp || stamps.some(({ stamp, latest }) => latest === byStamps && stamp.revocationShown),
    contradicts: before !== undefined && after !== undefined && before > after,
  };
}
