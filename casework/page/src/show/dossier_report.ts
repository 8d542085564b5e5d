// SPDX-License-Identifier: GPL-3.0-or-later
// The answers for a dossier: each question for the whole, then a table of the items, each of which opens to its own answers.
import { moment } from "../bytes/time";
import type { DossierItem, Findings, ShownChain } from "../check/findings";
import { answers as words, limits } from "../words";
import { bytesInWords, element, foreign } from "./dom";
import { anchorsAnswer, answer, exporterLines, factsTable, hash, itemBytesLines, line, memberLine, pair, stateOf, timeLines, type Confirmed } from "./pieces";

/** Which question a failure is about; by the file, since files belong to questions. */
function failedQuestion({ failure, dossier }: Findings): string {
  if (!failure) return "";
  const { name, where } = failure;
  if (!dossier || /\/(clean|original)\.|\/disclosures$|\.age$/.test(where)) return "bytes";
  if (where.startsWith("data/anchors/")) return "anchors";
  if (["policy_unmet", "bad_inclusion", "bad_consistency"].includes(name)) return "log";
  if (name !== "wrong_root" && /^data\/(chains|dossier)/.test(where) || ["broken_chain", "chain_closed", "wrong_epoch"].includes(name)) return "chain";
  return "signed";
}

export function dossierAnswers(findings: Findings, confirmed: Confirmed): HTMLElement[] {
  const failed = failedQuestion(findings), found = findings.dossier, items = found?.items ?? [], reached = found?.items !== undefined;
  const bytes = found ? [line(words.bytes.all(found.files, bytesInWords(found.size))), line(words.dossier.both),
    ...(found.documents ? [line(words.dossier.documents(found.documents))] : []), line(words.bytes.script)] : [];
  const signed = found?.exported ? exporterLines(found.exported) : [];
  if (found?.addressee !== undefined) signed.push(pair(words.dossier.addressee, foreign(found.addressee)), pair(words.dossier.use, found.use ?? ""));
  const untimed = items.filter(({ time }) => time.before === undefined || time.after === undefined || time.contradicts || !time.unrevokedShown).length;
  const unstored = items.filter(({ chain }) => !chain.storedBy).length, unwitnessed = items.filter(({ log }) => log.witnesses.length === 0).length;
  const withheld = (found?.chains ?? []).flatMap((chain) => chain.withheld);
  return [
    answer("bytes", words.bytes.title, stateOf(findings, !!found, false, failed === "bytes"), ...bytes),
    answer("signed", words.signed.title, stateOf(findings, !!found?.exported, false, failed === "signed"), ...signed),
    answer("time", words.time.title, stateOf(findings, reached, !confirmed.policy || untimed > 0, false), ...(reached ? [line(words.dossier.timed(items.length, untimed))] : [])),
    answer("chain", words.chain.title, stateOf(findings, !!found?.chains, unstored > 0 || withheld.some(({ reason }) => reason === undefined), failed === "chain"),
      ...(found?.chains ?? []).map((chain) => chainPart(chain, found?.exported?.roster ?? 0n)), ...(reached ? [line(words.dossier.stored(items.length, unstored))] : [])),
    answer("log", words.log.title, stateOf(findings, reached, !confirmed.policy || unwitnessed > 0, failed === "log"), ...logLines(findings, unwitnessed)),
    anchorsAnswer(findings, confirmed, failed === "anchors"),
    ...(reached ? [itemsTable(items, findings)] : []),
  ];
}

function chainPart({ id, signer, statements, items, withheld }: ShownChain, roster: bigint): HTMLElement {
  const w = words.dossier, part = element("div", { class: "chain" }, pair(words.chain.id, element("code", {}, id)), pair(words.signed.signer, memberLine(signer, roster)),
    line(w.complete(String(statements))), pair(w.itemsHere, items.join(", ")));
  if (withheld.length > 0)
    part.append(line(w.withheld(withheld.length)), element("ul", {}, ...withheld.map(({ seq, reason }) =>
      element("li", { "data-withheld": String(seq) }, w.withheldAt(String(seq)), " ", reason === undefined ? w.unexplained : w.reason(reason)))));
  return part;
}

function logLines({ dossier, samePolicy }: Findings, unwitnessed: number): HTMLElement[] {
  const w = words.log, log = dossier?.log;
  if (!log) return [];
  return [line(words.dossier.inLog), pair(w.origin, element("code", {}, log.origin)), line(w.needed(log.needed)),
    ...(unwitnessed > 0 ? [line(words.dossier.unwitnessed(unwitnessed))] : []), line(w.oneHistory), ...(samePolicy === false ? [line(w.otherPolicy)] : [])];
}

function itemsTable(items: readonly DossierItem[], findings: Findings): HTMLElement {
  const w = words.dossier;
  const rows = items.map((item) => element("tr", { "data-item": String(item.number) }, element("th", { scope: "row" }, String(item.number)), element("td", {}, details(item, findings)),
    element("td", {}, item.time.before === undefined ? "\u2013" : moment(item.time.before)), element("td", {}, item.time.after === undefined ? "\u2013" : moment(item.time.after)),
    element("td", {}, item.limits.length === 0 ? w.noLimits : w.limits(item.limits.length))));
  return element("section", { class: "answer", id: "items" }, element("h3", {}, w.itemsTitle(items.length)),
    element("table", {}, element("thead", {}, element("tr", {}, ...w.columns.map((name) => element("th", { scope: "col" }, name)))), element("tbody", {}, ...rows)));
}

/** What is inside is made when somebody opens it: a thousand items stay light. */
function details(item: DossierItem, { dossier }: Findings): HTMLElement {
  const w = words.dossier, made = element("details", {}, element("summary", {}, element("code", {}, item.item.slice(0, 16)), ` ${item.signed.act}, ${item.signed.signer.pseudonym}`));
  made.addEventListener("toggle", () => {
    if (made.childElementCount > 1) return;
    made.append(pair(words.item, hash(item.item)), pair(words.signed.signer, memberLine(item.signed.signer, dossier?.exported?.roster ?? 0n)),
      ...(item.signed.epoch > 0 ? [line(words.signed.epoch(item.signed.epoch))] : []), ...itemBytesLines(item.bytes), ...timeLines(item.time),
      pair(words.chain.id, element("code", {}, item.chain.id), ` ${w.place(String(item.chain.seq))}`),
      line(item.chain.storedBy ? words.chain.stored(item.chain.storedBy.pseudonym) : words.chain.notStored),
      line(words.log.entry(String(item.log.index), String(item.log.size))),
      pair(words.log.witnesses, item.log.witnesses.length === 0 ? words.log.none : foreign(item.log.witnesses.join(", "))),
      ...(item.limits.length > 0 ? [element("ul", {}, ...item.limits.map((limit) => element("li", {}, limits[limit])))] : []), ...factsTable(item.bytes));
  });
  return made;
}
