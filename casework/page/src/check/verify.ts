// SPDX-License-Identifier: GPL-3.0-or-later
// The check of an exhibit or a dossier: the five questions of section 12, one after the other, in the order of section 19 where
// there are many items. The first thing that does not hold ends it.
import { hex, same, type Bytes } from "../bytes/bytes";
import { at, Failure, FAILURES, need } from "../failure";
import { exhibitPlace, isDossier } from "../exhibit/layout";
import type { Exhibit } from "../exhibit/parts";
import { readPolicy, type Policy } from "../format/policy";
import { claimedRoot } from "../format/roster";
import { sha256 } from "../signature/hash";
import { originOf } from "../format/checkpoint";
import type { Roots } from "../stamp/stamp";
import { checkAnchors } from "./anchors";
import { checkAuthority, checkKeyFiles, type Authority } from "./authority";
import { checkBag, readFile, type Bag } from "./bag";
import { checkChain, checkStored } from "./chain";
import { checkDossier } from "./dossier";
import type { Findings } from "./findings";
import { checkItem, readItem } from "./item";
import { allLimits, limitsOfItem, limitsOfStamps } from "./limits";
import type { Trusted } from "./receipts";
import { checkOneHistory, timesOf, Witnessed } from "./time";

/** What the person got by another way than the exhibit. What is absent is taken from the exhibit, and is a limit. */
export interface Given {
  fingerprint?: string;
  policy?: Bytes;
  /** Of time authorities. */
  roots?: Roots;
  /** Milliseconds since 1970; what is signed a day later than this is refused. */
  now?: number;
}

export interface Watch {
  /** So many more bytes were read. */
  bytes(count: number): void;
  /** Called between steps; may wait, so that a page stays alive. */
  step(): Promise<void>;
}

/** The fingerprint that an exhibit claims for its case; nothing follows from it. */
export async function claimedFingerprint(exhibit: Exhibit): Promise<string | undefined> {
  const part = exhibit.parts.get("data/roster");
  const root = part && part.size <= 65_536 ? claimedRoot(await readFile(exhibit, "data/roster", 65_536)) : undefined;
  return root && hex(await sha256(root));
}

export async function verify(exhibit: Exhibit, given: Given, watch: Watch): Promise<Findings> {
  const findings: Findings = { kind: isDossier(exhibit.parts) ? "dossier" : "exhibit", outcome: "failed", limits: [], fingerprint: given.fingerprint ?? "" };
  try {
    // Bytes.
    const bag = await checkBag(exhibit, (bytes) => watch.bytes(bytes));
    await (findings.kind === "dossier" ? dossier : single)(exhibit, bag, given, watch, findings);
    findings.outcome = findings.limits.length === 0 ? "verified" : "limits";
  } catch (error) {
    findings.failure = error instanceof Failure && error.failure in FAILURES
      ? { name: error.failure, why: error.why, where: error.where }
      : { name: "io_error", why: "reading", where: "" };
  }
  return findings;
}

interface Ground {
  trusted: Trusted;
  policy: Policy;
  authority: Authority;
  exporterFingerprint: string;
}

const NO_ROOTS: Roots = { certificates: [], hashes: [] };

/** Signed by whom, on whose authority: but for the items, which follow. */
async function groundOf(exhibit: Exhibit, bag: Bag, given: Given, findings: Findings): Promise<Ground> {
  const fingerprint = given.fingerprint ?? await at("data/roster", async () => await claimedFingerprint(exhibit) ?? "");
  findings.fingerprint = fingerprint;
  const own = await readFile(exhibit, "data/policy", 16_384);
  const ownPolicy = await at("data/policy", () => readPolicy(own));
  const policy = given.policy ? readPolicy(given.policy) : ownPolicy;
  await at("data/policy", () => need(same(policy.log, ownPolicy.log), "policy_unmet", "otherLog"));
  findings.samePolicy = given.policy === undefined || same(given.policy, own);
  const authority = await checkAuthority(exhibit, fingerprint, policy, bag);
  const { signers, taken, exporter } = authority;
  const trusted = { exhibit, fingerprint, policy, ownPolicy, signers, taken, now: given.now };
  return { trusted, policy, authority, exporterFingerprint: hex(await sha256(exporter.key)) };
}

/** An exhibit, which has one item. */
async function single(exhibit: Exhibit, bag: Bag, given: Given, watch: Watch, findings: Findings): Promise<void> {
  const place = exhibitPlace(exhibit.parts), statement = await readItem(exhibit, place);
  const item = await checkItem(exhibit, place, statement, (bytes) => watch.bytes(bytes));
  findings.item = statement.hash;
  await at("bag-info.txt", () => need(bag.info.named === statement.hash, "malformed", "otherItem"));
  findings.bytes = {
    files: bag.files, size: bag.size, objects: statement.objects.length, clean: item.clean, original: item.original,
    notCleaned: item.notCleaned, committed: statement.sd.length, disclosed: item.facts.length, facts: item.facts,
  };
  await watch.step();
  const { trusted, policy, authority, exporterFingerprint } = await groundOf(exhibit, bag, given, findings);
  const { exporter, roster } = authority;
  await watch.step();
  // Chain and storage: who signs the item follows from what is before it.
  const { earlier, item: logged } = await checkChain(trusted, place.statement, statement, () => watch.step());
  const stored = await checkStored(trusted, place, logged);
  const all = [...earlier, logged, ...(stored ? [stored] : [])];
  await checkKeyFiles(exhibit, [{ member: exporter, key: exporter.key, epoch: 0 }, logged.signer, ...(stored ? [stored.signer] : [])], policy);
  // One log, and its times.
  const anchors = await checkAnchors(trusted, [logged], all, given.roots ?? NO_ROOTS, () => watch.step());
  await checkOneHistory(all, anchors);
  findings.signed = { act: statement.act, signer: logged.signer.member, epoch: logged.signer.epoch, exporter, exporterFingerprint, roster: roster.number };
  findings.time = timesOf(logged, new Witnessed(all.map(({ checkpoint }) => checkpoint)), anchors);
  findings.chain = { id: statement.chain, statements: statement.seq + 1n, storedBy: stored?.signer.member };
  findings.log = {
    origin: await originOf(policy.log), index: logged.index, size: logged.checkpoint.size,
    witnesses: logged.checkpoint.cosignatures.map((cosignature) => cosignature.name), needed: policy.quorum.needed,
  };
  findings.anchors = anchors.stamps;
  findings.limits = allLimits(given.fingerprint !== undefined, given.policy !== undefined, limitsOfItem(findings.time, stored !== undefined), limitsOfStamps(anchors.stamps));
}

async function dossier(exhibit: Exhibit, bag: Bag, given: Given, watch: Watch, findings: Findings): Promise<void> {
  const found = { files: bag.files, size: bag.size, hash: exhibit.hashes?.get("manifest-sha256.txt") ?? "" };
  await at("bag-info.txt", () => need(bag.info.named === found.hash, "malformed", "otherDossier"));
  findings.dossier = found;
  const { trusted, authority, exporterFingerprint } = await groundOf(exhibit, bag, given, findings);
  findings.dossier.exported = { exporter: authority.exporter, exporterFingerprint, roster: authority.roster.number };
  findings.anchors = await checkDossier(trusted, authority.exporter, given.roots ?? NO_ROOTS, findings.dossier, (bytes) => watch.bytes(bytes), () => watch.step());
  const isUnexplained = findings.dossier.chains?.some((chain) => chain.withheld.some(({ reason }) => reason === undefined));
  findings.limits = allLimits(given.fingerprint !== undefined, given.policy !== undefined, ...(findings.dossier.items ?? []).map(({ limits }) => limits),
    isUnexplained ? ["withheldUnexplained"] : [], limitsOfStamps(findings.anchors));
}
