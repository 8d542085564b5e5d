// SPDX-License-Identifier: GPL-3.0-or-later
// The statements of a dossier (section 19): each once, each with its receipt, by the key that signs at its place of the log.
import { at, need } from "../failure";
import { dossierPlace, type ItemPlace } from "../exhibit/layout";
import type { Exhibit } from "../exhibit/parts";
import { MOST_PROOF, readTlogProof, type TlogProof } from "../format/proof";
import { checkSigned, rotate, signerHere, type Signer } from "../format/receipt";
import type { Member } from "../format/roster";
import { readStatement, type Statement } from "../format/statement";
import { from } from "./bag";
import { MOST_STATEMENT, readItem } from "./item";
import { checkLogged, type Logged, type Trusted } from "./receipts";

/** Which files lie in the folders of items and chains. */
export interface Folders {
  items: Map<number, string[]>;
  /** By chain, the places of which there is some file. */
  chains: Map<string, Set<string>>;
}

export function foldersOf(exhibit: Exhibit): Folders {
  const items = new Map<number, string[]>(), chains = new Map<string, Set<string>>();
  for (const path of exhibit.parts.keys()) {
    const [, number] = /^data\/items\/([0-9]{4})\//.exec(path) ?? [];
    if (number !== undefined) {
      const files = items.get(Number(number)) ?? [];
      files.push(path);
      items.set(Number(number), files);
    }
    const [, chain, seq] = /^data\/chains\/([0-9a-f]{32})\/([0-9]{6})\.statement(?:\.tlog-proof)?$/.exec(path) ?? [];
    if (chain !== undefined && seq !== undefined) chains.set(chain, (chains.get(chain) ?? new Set()).add(seq));
  }
  return { items, chains };
}

/** A statement of the dossier: of an item, or of a chain. */
export interface Placed {
  path: string;
  statement: Statement;
  item: { number: number; place: ItemPlace } | undefined;
  /** Where it lies in `data/chains`; of an item, what it says itself. */
  chain: string;
  seq: bigint;
}

export async function readStatements(exhibit: Exhibit, folders: Folders, items: number, tick: () => Promise<void>): Promise<Placed[]> {
  const placed: Placed[] = [], hashes = new Set<string>();
  const add = async (one: Placed) => {
    await at(one.path, () => need(!hashes.has(one.statement.hash), "malformed", "statementTwice"));
    hashes.add(one.statement.hash);
    placed.push(one);
    await tick();
  };
  for (let number = 1; number <= items; number++) {
    const place = dossierPlace(number, folders.items.get(number) ?? []), statement = await readItem(exhibit, place);
    await add({ path: place.statement, statement, item: { number, place }, chain: statement.chain, seq: statement.seq });
  }
  for (const chain of [...folders.chains.keys()].sort())
    for (const seq of [...folders.chains.get(chain) ?? []].sort()) {
      const path = `data/chains/${chain}/${seq}.statement`;
      const statement = await from(exhibit, path, MOST_STATEMENT, readStatement);
      await at(path, () => need(statement.chain === chain && statement.seq === BigInt(seq), "broken_chain", "elsewhere"));
      await add({ path, statement, item: undefined, chain, seq: statement.seq });
    }
  return placed;
}

export interface LoggedHere extends Placed {
  logged: Logged;
  /** The epoch that signs at this index of the log, whichever chain changed it. */
  epochInLog: number;
}

/** Which key of a member signs from where in the log on. */
class Epochs {
  private readonly of = new Map<Member, { from: bigint; epoch: number }[]>();

  add(from: bigint, { member, epoch }: Signer): void {
    const changes = this.of.get(member) ?? [];
    changes.push({ from, epoch });
    this.of.set(member, changes);
  }

  at(member: Member, index: bigint): number {
    return (this.of.get(member) ?? []).reduce((epoch, change) => (change.from < index ? change.epoch : epoch), 0);
  }
}

/** How often keys change in a chain before each place. */
function epochsInChains(placed: readonly Placed[]): (one: Placed) => number {
  const changes = new Map<string, bigint[]>();
  for (const { statement, chain, seq } of placed) if (statement.next) changes.set(chain, [...changes.get(chain) ?? [], seq]);
  return ({ chain, seq }) => (changes.get(chain) ?? []).filter((at) => at < seq).length;
}

/** Checks all receipts in the order of `placed`; the first that does not hold ends it. */
export async function checkReceipts(trusted: Trusted, placed: readonly Placed[], tick: () => Promise<void>): Promise<LoggedHere[]> {
  const epochs = new Epochs(), epochOf = epochsInChains(placed);
  // Who signs follows from the changes of keys, so these come first, in the order of the log; their receipts are checked below.
  for (const { one, proof } of await rotationsInOrder(trusted.exhibit, placed))
    await at(one.path, async () => {
      const signer = signerHere(trusted.signers, proof.keyHash, one.statement);
      await checkSigned(one.statement, proof.signature, signer.key);
      need(signer.epoch === epochOf(one), "wrong_epoch", "epoch");
      epochs.add(proof.index, await rotate(one.statement, signer, trusted.signers, trusted.taken));
    });
  const all: LoggedHere[] = [];
  for (const one of placed) {
    const logged = await checkLogged(trusted, one.path, one.statement);
    await at(`${one.path}.tlog-proof`, () => need(logged.signer.epoch === epochOf(one), "wrong_epoch", "epoch"));
    all.push({ ...one, logged, epochInLog: epochs.at(logged.signer.member, logged.index) });
    await tick();
  }
  return all;
}

async function rotationsInOrder(exhibit: Exhibit, placed: readonly Placed[]): Promise<{ one: Placed; proof: TlogProof }[]> {
  const found: { one: Placed; proof: TlogProof }[] = [];
  for (const one of placed) if (one.statement.next) found.push({ one, proof: await from(exhibit, `${one.path}.tlog-proof`, MOST_PROOF, readTlogProof) });
  return found.sort((a, b) => (a.proof.index < b.proof.index ? -1 : a.proof.index > b.proof.index ? 1 : 0));
}
