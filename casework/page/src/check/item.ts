// SPDX-License-Identifier: GPL-3.0-or-later
// First question, second half: are files and facts those that the statement commits to?
import { hex, type Bytes } from "../bytes/bytes";
import { at, need, refuse } from "../failure";
import { counted, readPart, type Exhibit, type Part } from "../exhibit/parts";
import { copyOf, type ItemPlace } from "../exhibit/layout";
import { checkCommitted, readFacts, valueOf, type Fact } from "../format/fact";
import { readStatement, type Statement } from "../format/statement";
import { sha512, WHOLE } from "../signature/hash";
import { Sha512 } from "../signature/sha512";
import { from } from "./bag";

export interface Item {
  facts: Fact[];
  clean: string | undefined;
  original: string | undefined;
  /** The reason, where the item is not cleaned. */
  notCleaned: string | undefined;
}

export const MOST_STATEMENT = 16_384;
/** As many disclosures as a statement can have `sd` lines, each of 65,536 bytes and a line feed. */
export const MOST_DISCLOSURES = 360 * 65_537;

/** Whether a statement of this act shows an item. */
export function showsItem({ act }: Statement): boolean {
  return ["seal", "derive", "redact"].includes(act);
}

export async function readItem(exhibit: Exhibit, { statement: path }: ItemPlace): Promise<Statement> {
  const statement = await from(exhibit, path, MOST_STATEMENT, readStatement);
  await at(path, () => need(showsItem(statement), "malformed", "itemAct"));
  return statement;
}

export async function checkItem(exhibit: Exhibit, place: ItemPlace, statement: Statement, progress: (bytes: number) => void): Promise<Item> {
  const { disclosures } = place;
  const facts = await from(exhibit, disclosures, MOST_DISCLOSURES, (bytes) => readFacts(bytes, statement.sd.length));
  await at(disclosures, () => checkCommitted(facts, statement.sd));
  const clean = await copyOf(place, "clean"), original = await copyOf(place, "original");
  const notCleaned = await at(disclosures, () => checkKind(facts, statement, clean, original));
  if (clean !== undefined) await checkCopy(exhibit, clean, "clean", facts, progress);
  if (original !== undefined) await checkCopy(exhibit, original, "original", facts, progress);
  await checkObjects(exhibit, place, statement);
  return { facts, clean, original, notCleaned };
}

/** What `uncleaned.reason` may say. */
const REASONS = ["too_large", "unknown_media", "unsupported_media", "truncated_media", "malformed_media", "parser_died", "not_clean", "not_recoverable"];

/** Cleaned or not, all parts of the exhibit say the same; gives the reason of an item that is not cleaned. */
function checkKind(facts: readonly Fact[], statement: Statement, clean: string | undefined, original: string | undefined): string | undefined {
  const cleaned = valueOf(facts, "cleaned"), reason = valueOf(facts, "uncleaned.reason");
  const claims = cleaned !== undefined || reason !== undefined || valueOf(facts, "uncleaned.detail") !== undefined;
  if (!claims) {
    need(statement.objects.length !== 1 || original === undefined, "bad_disclosure", "notCleaned");
    return undefined;
  }
  const excluded = ["clean.sha256", "clean.size", "coded.sha256", "recovery.sha256"].some((name) => valueOf(facts, name) !== undefined);
  need(cleaned === false && typeof reason === "string" && REASONS.includes(reason) && statement.objects.length === 1 && clean === undefined && !excluded,
    "bad_disclosure", "notCleaned");
  return reason;
}

async function checkCopy(exhibit: Exhibit, path: string, stem: string, facts: readonly Fact[], progress: (bytes: number) => void): Promise<void> {
  const part = exhibit.parts.get(path) ?? refuse("missing_part", "missing");
  await at(path, async () => {
    const hash = valueOf(facts, `${stem}.sha256`), size = valueOf(facts, `${stem}.size`);
    need(hash !== undefined && size !== undefined, "bad_disclosure", "hashNotShown");
    // The manifest's hash was found to be that of the bytes.
    need(exhibit.hashes?.get(path) === hash, "hash_mismatch", "notThatFact");
    need(size === part.size, "hash_mismatch", "notThatFact");
    const second = stem === "original" ? valueOf(facts, "original.sha512") : undefined;
    if (second === undefined) return;
    need(hex(await sha512Of(part, progress)) === second, "hash_mismatch", "notThatFact");
  });
}

async function sha512Of(part: Part, progress: (bytes: number) => void): Promise<Bytes> {
  if (part.size <= WHOLE) return sha512(await readPart(part, WHOLE));
  const hash = new Sha512();
  for await (const piece of counted(part, progress)) hash.update(piece);
  return hash.digest();
}

async function checkObjects(exhibit: Exhibit, { objects: folder, files }: ItemPlace, statement: Statement): Promise<void> {
  for (const object of statement.objects) {
    const path = `${folder}${object.hash}.age`;
    await at(path, async () => {
      const part = exhibit.parts.get(path) ?? refuse("missing_part", "missing");
      need(BigInt(part.size) === object.size && exhibit.hashes?.get(path) === object.hash, "hash_mismatch", "notThatObject");
    });
  }
  const named = new Set(statement.objects.map((object) => `${folder}${object.hash}.age`));
  const extra = files.find((path) => path.startsWith(folder) && path.endsWith(".age") && !named.has(path));
  if (extra !== undefined) await at(extra, () => refuse("unlisted_part", "notThatObject"));
}
