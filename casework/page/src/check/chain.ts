// SPDX-License-Identifier: GPL-3.0-or-later
// Fourth question: is everything that this signer signed before it there, and did the server confirm to have it?
import { at, need, refuse } from "../failure";
import { chainPath, hasReceive } from "../exhibit/layout";
import { checkCommitted, readFacts } from "../format/fact";
import { readStatement, type Statement } from "../format/statement";
import { from } from "./bag";
import { MOST_DISCLOSURES, MOST_STATEMENT } from "./item";
import { checkLogged, checkSigsum, type Logged, type Trusted } from "./receipts";

/** Every earlier statement of the item's chain, in order. */
export async function checkChain(trusted: Trusted, item: Logged, tick: () => Promise<void>): Promise<Logged[]> {
  const { exhibit } = trusted;
  const chain: Logged[] = [];
  let prev = "0".repeat(64), index = -1n;
  for (let seq = 0n; seq < item.statement.seq; seq++) {
    const path = chainPath(seq);
    const statement = await from(exhibit, path, MOST_STATEMENT, readStatement);
    await at(path, () => follows(statement, item.statement.chain, seq, prev));
    const logged = await checkLogged(trusted, path, statement);
    await at(path, () => need(logged.index > index, "broken_chain", "logOrder"));
    chain.push(logged);
    prev = statement.hash;
    index = logged.index;
    await tick();
  }
  await at(item.path, () => {
    need(item.statement.prev === prev, "broken_chain", "prev");
    need(item.index > index, "broken_chain", "logOrder");
  });
  // Of statements that are not before the item nobody asked.
  const last = chain.length === 0 ? "" : chainPath(BigInt(chain.length - 1));
  const extra = [...exhibit.parts.keys()].find((path) => path.startsWith("data/chain/") && path.replace(/\.tlog-proof$/, "") > last);
  if (extra !== undefined) await at(extra, () => refuse("malformed", "notEarlier"));
  return chain;
}

function follows(statement: Statement, chain: string, seq: bigint, prev: string): void {
  need(statement.chain === chain && statement.seq === seq && statement.prev === prev, "broken_chain", "prev");
  need(statement.act !== "close", "chain_closed", "closed");
}

/** The server signed that it has the objects of the item (section 10, *stored*); undefined where that is not part of the exhibit. */
export async function checkStored(trusted: Trusted, item: Logged): Promise<Logged | undefined> {
  if (!hasReceive(trusted.exhibit.parts)) return undefined;
  const path = "data/receive/statement", disclosures = "data/receive/disclosures";
  const statement = await from(trusted.exhibit, path, MOST_STATEMENT, readStatement);
  await at(path, () => need(statement.act === "receive", "malformed", "receiveAct"));
  const logged = await checkLogged(trusted, path, statement);
  await checkSigsum(trusted, logged);
  await from(trusted.exhibit, disclosures, MOST_DISCLOSURES, async (bytes) => {
    const facts = await readFacts(bytes);
    checkCommitted(facts, statement.sd);
    need(facts.length === 1, "malformed", "receiveFacts");
    need(facts[0]?.name === "statement" && facts[0].value === item.statement.hash, "bad_disclosure", "receiveOther");
  });
  const objects = (list: Statement["objects"]) => list.map(({ hash, size }) => `${hash} ${size}`).join();
  await at(path, () => need(objects(statement.objects) === objects(item.statement.objects), "hash_mismatch", "receiveObjects"));
  return logged;
}
