// SPDX-License-Identifier: GPL-3.0-or-later
// The check of a dossier (section 19), in its order: which failure is named does not depend on anything else.
import { at, need, refuse } from "../failure";
import { isNamed } from "../exhibit/layout";
import type { Exhibit } from "../exhibit/parts";
import { originOf } from "../format/checkpoint";
import { readCover } from "../format/dossier";
import type { Signer } from "../format/receipt";
import type { Roots } from "../stamp/stamp";
import { checkAnchors } from "./anchors";
import { checkKeyFiles } from "./authority";
import { from } from "./bag";
import { checkStored } from "./chain";
import { checkChains } from "./dossier_chains";
import { checkReceipts, foldersOf, readStatements, type LoggedHere } from "./dossier_statements";
import type { DossierAnswer, DossierItem, ItemBytes } from "./findings";
import { checkItem } from "./item";
import { limitsOfItem } from "./limits";
import { checkSigsum, type Logged, type Trusted } from "./receipts";
import { checkOneHistory, timesOf, Witnessed } from "./time";
import type { Member } from "../format/roster";
import type { AnchorStamp } from "./anchors";

/** Disclosures that are kept for the page, of all items together, in bytes. */
const MOST_KEPT = 16 * 1024 * 1024;

interface CheckedItem {
  logged: Logged;
  number: number;
  bytes: ItemBytes;
  stored: Logged | undefined;
}

/** Fills `found` as it goes; gives what anchors say. */
export async function checkDossier(
  trusted: Trusted, exporter: Member, roots: Roots, found: DossierAnswer, progress: (bytes: number) => void, tick: () => Promise<void>,
): Promise<AnchorStamp[]> {
  const { exhibit, policy } = trusted;
  const cover = await from(exhibit, "data/dossier", 1_048_576, readCover);
  Object.assign(found, { addressee: cover.addressee, use: cover.use });
  found.documents = [...exhibit.parts.keys()].filter((path) => path.startsWith("data/documents/")).length;
  const folders = foldersOf(exhibit);
  const placed = await readStatements(exhibit, folders, cover.items, tick);
  const all = await checkReceipts(trusted, placed, tick);
  const chains = await checkChains(all, cover);
  const items = await checkItems(trusted, all, progress, tick);
  const received = items.flatMap(({ stored }) => (stored ? [stored] : [])), ofItems = items.map(({ logged }) => logged);
  const log = { member: exporter, key: exporter.key, epoch: 0 };
  await checkKeyFiles(exhibit, distinct([log, ...[...ofItems, ...received].map(({ signer }) => signer)]), policy);
  const everything = [...all.map(({ logged }) => logged), ...received];
  const anchors = await checkAnchors(trusted, ofItems, everything, roots, tick);
  await checkOneHistory(everything, anchors);
  await checkPlaces(exhibit, cover.items);
  const witnessed = new Witnessed(everything.map(({ checkpoint }) => checkpoint));
  found.chains = chains;
  found.log = { origin: await originOf(policy.log), needed: policy.quorum.needed };
  found.items = items.map(({ logged, number, bytes, stored }): DossierItem => {
    const { statement, signer, checkpoint, index } = logged, time = timesOf(logged, witnessed, anchors);
    return {
      number, item: statement.hash, bytes, signed: { act: statement.act, signer: signer.member, epoch: signer.epoch }, time,
      chain: { id: statement.chain, seq: statement.seq, storedBy: stored?.signer.member },
      log: { index, size: checkpoint.size, witnesses: checkpoint.cosignatures.map(({ name }) => name) },
      limits: limitsOfItem(time, stored !== undefined),
    };
  });
  return anchors.stamps;
}

async function checkItems(trusted: Trusted, all: readonly LoggedHere[], progress: (bytes: number) => void, tick: () => Promise<void>): Promise<CheckedItem[]> {
  const items: CheckedItem[] = [];
  let kept = 0;
  for (const { item, logged } of all) {
    if (!item) continue;
    const { number, place } = item;
    await checkSigsum(trusted, logged);
    const { facts, clean, original, notCleaned } = await checkItem(trusted.exhibit, place, logged.statement, progress);
    const stored = await checkStored(trusted, place, logged);
    kept += trusted.exhibit.parts.get(place.disclosures)?.size ?? 0;
    const bytes = { objects: logged.statement.objects.length, clean, original, notCleaned, committed: logged.statement.sd.length, disclosed: facts.length,
      facts: kept <= MOST_KEPT ? facts : undefined };
    items.push({ logged, number, bytes, stored });
    await tick();
  }
  return items;
}

function distinct(signers: readonly Signer[]): Signer[] {
  return [...new Map(signers.map((signer) => [`${signer.member.pseudonym} ${signer.epoch}`, signer])).values()];
}

const MOST_DOCUMENTS = 2000;

/** No file without a place. */
async function checkPlaces(exhibit: Exhibit, items: number): Promise<void> {
  let documents = 0;
  for (const path of [...exhibit.parts.keys()].sort()) {
    const [, number] = /^data\/items\/([0-9]{4})\//.exec(path) ?? [];
    const hasItem = number === undefined || Number(number) >= 1 && Number(number) <= items;
    const isAnswer = /\/receive\.[a-z-]+$/.test(path) && !exhibit.parts.has(path.replace(/\.[a-z-]+$/, ""));
    if (!hasItem || isAnswer || !isNamed(exhibit.parts, path)) await at(path, () => refuse("malformed", "unnamed"));
    if (path.startsWith("data/documents/")) documents++;
  }
  await at("data/documents", () => need(documents <= MOST_DOCUMENTS, "malformed", "documents"));
}
