// SPDX-License-Identifier: GPL-3.0-or-later
// The check of an exhibit: the five questions of section 12, one after the other. The first thing that does not hold ends it.
import { hex, same, type Bytes } from "../bytes/bytes";
import { at, Failure, FAILURES, need } from "../failure";
import type { Exhibit } from "../exhibit/parts";
import { readPolicy } from "../format/policy";
import { claimedRoot } from "../format/roster";
import { sha256 } from "../signature/hash";
import { originOf } from "../format/checkpoint";
import { checkAuthority, checkKeyFiles } from "./authority";
import { checkBag, readFile } from "./bag";
import { checkChain, checkStored } from "./chain";
import type { Findings } from "./findings";
import { checkItem } from "./item";
import { checkOneHistory, timesOf } from "./time";
import type { LimitName } from "../words";

/** What the person got by another way than the exhibit. What is absent is taken from the exhibit, and is a limit. */
export interface Given {
  fingerprint?: string;
  policy?: Bytes;
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
  const findings: Findings = { outcome: "failed", limits: [], fingerprint: given.fingerprint ?? "" };
  try {
    await check(exhibit, given, watch, findings);
    findings.limits = limitsOf(findings, given);
    findings.outcome = findings.limits.length === 0 ? "verified" : "limits";
  } catch (error) {
    findings.failure = error instanceof Failure && error.failure in FAILURES
      ? { name: error.failure, why: error.why, where: error.where }
      : { name: "io_error", why: "reading", where: "" };
  }
  return findings;
}

async function check(exhibit: Exhibit, given: Given, watch: Watch, findings: Findings): Promise<void> {
  // Bytes.
  const bag = await checkBag(exhibit, (bytes) => watch.bytes(bytes));
  const item = await checkItem(exhibit, (bytes) => watch.bytes(bytes));
  findings.item = item.statement.hash;
  await at("bag-info.txt", () => need(bag.info.item === item.statement.hash, "malformed", "otherItem"));
  findings.bytes = {
    files: bag.files, size: bag.size, objects: item.statement.objects.length, clean: item.clean, original: item.original,
    notCleaned: item.notCleaned, committed: item.statement.sd.length, facts: item.facts,
  };
  await watch.step();
  // Signed by whom, on whose authority.
  const fingerprint = given.fingerprint ?? await at("data/roster", async () => await claimedFingerprint(exhibit) ?? "");
  findings.fingerprint = fingerprint;
  const own = await readFile(exhibit, "data/policy", 16_384);
  const ownPolicy = await at("data/policy", () => readPolicy(own));
  const policy = given.policy ? readPolicy(given.policy) : ownPolicy;
  await at("data/policy", () => need(same(policy.log, ownPolicy.log), "policy_unmet", "otherLog"));
  findings.samePolicy = given.policy === undefined || same(given.policy, own);
  const authority = await checkAuthority(exhibit, fingerprint, policy, bag);
  const { signers, taken, exporter } = authority;
  const trusted = { exhibit, fingerprint, policy, ownPolicy, signers, taken };
  await watch.step();
  // Chain and storage: who signs the item follows from what is before it.
  const { earlier, item: logged } = await checkChain(trusted, "data/item/statement", item.statement, () => watch.step());
  const stored = await checkStored(trusted, logged);
  // One log, and its times.
  const all = [...earlier, logged, ...(stored ? [stored] : [])];
  await checkKeyFiles(exhibit, [{ member: exporter, key: exporter.key, epoch: 0 }, logged.signer, ...(stored ? [stored.signer] : [])], policy);
  await checkOneHistory(all);
  findings.signed = {
    act: item.statement.act, signer: logged.signer.member, epoch: logged.signer.epoch, exporter,
    exporterFingerprint: hex(await sha256(exporter.key)), roster: authority.roster.number,
  };
  findings.time = timesOf(logged, all);
  findings.chain = { id: item.statement.chain, statements: item.statement.seq + 1n, storedBy: stored?.signer.member };
  findings.log = {
    origin: await originOf(policy.log), index: logged.index, size: logged.checkpoint.size,
    witnesses: logged.checkpoint.cosignatures.map((cosignature) => cosignature.name), needed: policy.quorum.needed,
  };
}

function limitsOf(findings: Findings, given: Given): LimitName[] {
  const limits: LimitName[] = [];
  if (given.fingerprint === undefined) limits.push("rootUnconfirmed");
  if (given.policy === undefined) limits.push("policyUnconfirmed");
  if (findings.log?.witnesses.length === 0) limits.push("noWitness");
  if (findings.time?.notAfter.length === 0) limits.push("claimedOnly");
  else if (findings.time?.notBefore.length === 0) limits.push("noNotBefore");
  if (findings.chain && !findings.chain.storedBy) limits.push("notStored");
  return limits;
}
