// SPDX-License-Identifier: GPL-3.0-or-later
// The chains of a dossier (section 19): from their first statement to the last one that is shown, without a gap.
import { at, need, refuse } from "../failure";
import { chainsPath } from "../exhibit/layout";
import type { Cover, Withheld } from "../format/dossier";
import { follows } from "./chain";
import type { LoggedHere } from "./dossier_statements";
import type { ShownChain } from "./findings";
import { showsItem } from "./item";

export async function checkChains(all: readonly LoggedHere[], cover: Cover): Promise<ShownChain[]> {
  const chains = new Map<string, LoggedHere[]>();
  for (const one of all) {
    const chain = chains.get(one.chain) ?? [];
    chain.push(one);
    chains.set(one.chain, chain);
  }
  const reasons = new Map(cover.withheld.map((line) => [placeOf(line), line]));
  const shown: ShownChain[] = [];
  for (const id of [...chains.keys()].sort()) shown.push(await checkChain(id, chains.get(id) ?? [], reasons));
  const withheld = new Set(shown.flatMap((chain) => chain.withheld).map(placeOf));
  await at("data/dossier", () => need([...reasons.keys()].every((place) => withheld.has(place)), "malformed", "withheld"));
  return shown;
}

const placeOf = ({ chain, seq }: { chain: string; seq: bigint }) => `${chain} ${seq}`;

async function checkChain(id: string, statements: readonly LoggedHere[], reasons: ReadonlyMap<string, Withheld>): Promise<ShownChain> {
  const inOrder = [...statements].sort((a, b) => (a.seq < b.seq ? -1 : a.seq > b.seq ? 1 : Number(!a.item) - Number(!b.item)));
  const first = inOrder[0];
  if (!first || !inOrder.some((one) => one.item)) return at(first?.path ?? "", () => refuse("malformed", "chainWithoutItem"));
  let before: LoggedHere | undefined, seq = 0n;
  for (const one of inOrder) {
    if (before && one.seq === before.seq) await at(one.path, () => refuse("forked_chain", "placeTwice"));
    if (one.seq > seq) await at(chainsPath(id, seq), () => refuse("missing_part", "missing"));
    await at(one.path, () => {
      follows(one.statement, id, seq, before?.statement);
      need(!before || one.logged.index > before.logged.index, "broken_chain", "logOrder");
      need(one.logged.signer.epoch === one.epochInLog, "wrong_epoch", "epochInLog");
    });
    before = one;
    seq++;
  }
  const withheld = inOrder.filter((one) => !one.item && showsItem(one.statement))
    .map((one) => reasons.get(placeOf(one)) ?? { chain: id, seq: one.seq, reason: undefined });
  return { id, signer: first.logged.signer.member, statements: seq, items: inOrder.flatMap(({ item }) => (item ? [item.number] : [])), withheld };
}
