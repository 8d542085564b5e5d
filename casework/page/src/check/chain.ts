// SPDX-License-Identifier: GPL-3.0-or-later
// Fourth question: is everything that this signer signed before it there, and did the server confirm to have it?
import { at, need, refuse } from "../failure";
import { chainPath, type ItemPlace } from "../exhibit/layout";
import { checkCommitted, readFacts } from "../format/fact";
import { rotate, type Signer } from "../format/receipt";
import { readStatement, type Statement } from "../format/statement";
import { from } from "./bag";
import { MOST_DISCLOSURES, MOST_STATEMENT } from "./item";
import { checkLogged, checkSigsum, type Logged, type Trusted } from "./receipts";

export interface Chain {
  earlier: Logged[];
  item: Logged;
}

/** Every earlier statement of the item's chain, in order, and the item behind them, each by the key of its epoch. */
export async function checkChain(trusted: Trusted, path: string, item: Statement, tick: () => Promise<void>): Promise<Chain> {
  const earlier: Logged[] = [];
  let before: Logged | undefined, signer: Signer | undefined;
  for (let seq = 0n; seq < item.seq; seq++) {
    const place = chainPath(seq);
    const statement = await from(trusted.exhibit, place, MOST_STATEMENT, readStatement);
    await at(place, () => follows(statement, item.chain, seq, before?.statement));
    const logged = await checkLogged(trusted, place, statement, signer);
    await at(place, () => need(!before || logged.index > before.index, "broken_chain", "logOrder"));
    signer = await at(place, () => rotate(statement, logged.signer, trusted.signers, trusted.taken));
    earlier.push(logged);
    before = logged;
    await tick();
  }
  const logged = await checkLogged(trusted, path, item, signer);
  await checkSigsum(trusted, logged);
  await at(path, () => {
    follows(item, item.chain, item.seq, before?.statement);
    need(!before || logged.index > before.index, "broken_chain", "logOrder");
  });
  // Of statements that are not before the item nobody asked.
  const last = earlier.length === 0 ? "" : chainPath(BigInt(earlier.length - 1));
  const extra = [...trusted.exhibit.parts.keys()].find((name) => name.startsWith("data/chain/") && name.replace(/\.tlog-proof$/, "") > last);
  if (extra !== undefined) await at(extra, () => refuse("malformed", "notEarlier"));
  return { earlier, item: logged };
}

/** The statement has this place, and names the one before it, which closed nothing and had seen no more. */
export function follows(statement: Statement, chain: string, seq: bigint, before: Statement | undefined): void {
  need(before?.act !== "close", "chain_closed", "closed");
  const prev = before?.hash ?? "0".repeat(64);
  need(statement.chain === chain && statement.seq === seq && statement.prev === prev, "broken_chain", "prev");
  need(!before || statement.seen.size >= before.seen.size, "broken_chain", "seenLess");
}

/** The server signed that it has the objects of the item (section 10, *stored*); undefined where that is not part of the exhibit. */
export async function checkStored(trusted: Trusted, { hasReceive, receiveHasSigsum, receive: path, receiveDisclosures: disclosures }: ItemPlace, item: Logged): Promise<Logged | undefined> {
  if (!hasReceive) return undefined;
  const statement = await from(trusted.exhibit, path, MOST_STATEMENT, readStatement);
  await at(path, () => need(statement.act === "receive", "malformed", "receiveAct"));
  const logged = await checkLogged(trusted, path, statement);
  if (receiveHasSigsum) await checkSigsum(trusted, logged);
  await from(trusted.exhibit, disclosures, MOST_DISCLOSURES, async (bytes) => {
    const facts = await readFacts(bytes, statement.sd.length);
    checkCommitted(facts, statement.sd);
    need(facts.length === 1, "malformed", "receiveFacts");
    need(facts[0]?.name === "statement" && facts[0].value === item.statement.hash, "bad_disclosure", "receiveOther");
  });
  const objects = (list: Statement["objects"]) => list.map(({ hash, size }) => `${hash} ${size}`).join();
  await at(path, () => need(objects(statement.objects) === objects(item.statement.objects), "hash_mismatch", "receiveObjects"));
  return logged;
}
