// SPDX-License-Identifier: GPL-3.0-or-later
// The answer for an exhibit as people read it: the verdict, then each question apart; a dossier has its own answers below its verdict.
import type { Findings } from "../check/findings";
import { FAILURES } from "../failure";
import { answers as words, failures, limits, whys } from "../words";
import { bytesInWords, element, foreign } from "./dom";
import { dossierAnswers } from "./dossier_report";
import { anchorsAnswer, answer, exporterLines, factsTable, hash, itemBytesLines, line, memberLine, pair, stateOf, timeLines, type Confirmed } from "./pieces";

/** Which question a failure is about; by the file, since files belong to questions. */
function failedQuestion(findings: Findings): string {
  if (!findings.failure) return "";
  if (!findings.bytes) return "bytes";
  const { name, where } = findings.failure;
  if (where.startsWith("data/anchors/")) return "anchors";
  if (["policy_unmet", "bad_inclusion", "bad_consistency"].includes(name)) return "log";
  if (name !== "wrong_root" && /^data\/(chain|receive)\//.test(where) || ["broken_chain", "chain_closed"].includes(name)) return "chain";
  return "signed";
}

export function report(findings: Findings, confirmed: Confirmed): HTMLElement {
  const { outcome } = findings;
  const sign = outcome === "verified" ? "✓" : outcome === "limits" ? "!" : "✗";
  const verdict = element("section", { class: `verdict ${outcome}`, id: "verdict", "data-outcome": outcome },
    element("h2", {}, element("span", { class: "sign", "aria-hidden": "true" }, sign), " ", words.verdict[outcome]),
    line(words.verdictText[outcome]), ...(findings.failure ? failureLines(findings) : []));
  if (findings.limits.length > 0)
    verdict.append(element("ul", {}, ...findings.limits.map((limit) => element("li", { "data-limit": limit }, limits[limit]))));
  const about = element("section", { class: "about-case" });
  if (findings.fingerprint)
    about.append(pair(words.checkedAgainst, hash(findings.fingerprint), " ", words.confirmedBy[confirmed.root ? "given" : "unconfirmed"]));
  if (findings.item) about.append(pair(words.item, hash(findings.item)));
  if (findings.dossier) about.append(pair(words.dossier.hash, hash(findings.dossier.hash)));
  const where = failedQuestion(findings);
  const answers = findings.kind === "dossier" ? dossierAnswers(findings, confirmed)
    : [bytesAnswer(findings, where), signedAnswer(findings, where), timeAnswer(findings, confirmed), chainAnswer(findings, where),
      logAnswer(findings, where, confirmed), anchorsAnswer(findings, confirmed, where === "anchors")];
  return element("div", {}, verdict, about, ...answers, notProved(), ...byHand(findings));
}

function failureLines(findings: Findings): HTMLElement[] {
  const { name, why, where } = findings.failure ?? { name: "io_error" as const, why: "reading" as const, where: "" };
  const lines = [pair(words.what, whys[why]), pair(words.failure, `${failures[name]} (`, element("code", {}, name), `, ${FAILURES[name]})`)];
  if (where) lines.unshift(pair(words.where, element("code", { id: "failed-at" }, foreign(where))));
  return lines;
}

function bytesAnswer(findings: Findings, where: string): HTMLElement {
  const w = words.bytes, found = findings.bytes;
  const body: Node[] = [];
  if (found) {
    body.push(line(w.all(found.files, bytesInWords(found.size))), ...itemBytesLines(found));
    if (findings.outcome !== "failed") body.push(...factsTable(found));
    body.push(line(w.script));
  }
  return answer("bytes", w.title, stateOf(findings, !!found, false, where === "bytes"), ...body);
}

function signedAnswer(findings: Findings, where: string): HTMLElement {
  const w = words.signed, found = findings.signed;
  const body: Node[] = [];
  if (found) {
    body.push(pair(w.signer, memberLine(found.signer, found.roster)), ...(found.epoch > 0 ? [line(w.epoch(found.epoch))] : []), pair(w.act, found.act),
      ...exporterLines(found));
  }
  return answer("signed", w.title, stateOf(findings, !!found, false, where === "signed"), ...body);
}

function timeAnswer(findings: Findings, confirmed: Confirmed): HTMLElement {
  const w = words.time, found = findings.time;
  const limited = !confirmed.policy || !found || found.before === undefined || found.after === undefined || found.contradicts || !found.unrevokedShown;
  return answer("time", w.title, stateOf(findings, !!found, limited, false), ...(found ? timeLines(found) : []));
}

function chainAnswer(findings: Findings, where: string): HTMLElement {
  const w = words.chain, found = findings.chain;
  const body = found ? [line(w.complete(String(found.statements))), line(found.storedBy ? w.stored(found.storedBy.pseudonym) : w.notStored), pair(w.id, element("code", {}, found.id)), line(w.later)] : [];
  return answer("chain", w.title, stateOf(findings, !!found, !found?.storedBy, where === "chain"), ...body);
}

function logAnswer(findings: Findings, where: string, confirmed: Confirmed): HTMLElement {
  const w = words.log, found = findings.log;
  const body: Node[] = [];
  if (found) {
    body.push(line(w.entry(String(found.index), String(found.size))), pair(w.origin, element("code", {}, found.origin)));
    body.push(pair(w.witnesses, found.witnesses.length === 0 ? w.none : ""), element("ul", {}, ...found.witnesses.map((name) => element("li", {}, element("code", {}, name)))));
    body.push(line(w.needed(found.needed)), line(w.oneHistory));
    if (findings.samePolicy === false) body.push(line(w.otherPolicy));
  }
  const limited = !confirmed.policy || found?.witnesses.length === 0;
  return answer("log", w.title, stateOf(findings, !!found, limited, where === "log"), ...body);
}

function notProved(): HTMLElement {
  const w = words.notProved;
  return element("section", { class: "answer", id: "not-proved" }, element("h3", {}, w.title), element("ul", {}, ...w.list.map((text) => element("li", {}, text))));
}

function byHand(findings: Findings): HTMLElement[] {
  const w = words.byHand, exporter = (findings.signed ?? findings.dossier?.exported)?.exporter.pseudonym;
  if (exporter === undefined) return [];
  return [element("section", { class: "answer", id: "by-hand" }, element("h3", {}, w.title), line(w.text), element("pre", {}, w.commands(exporter, findings.kind === "dossier").join("\n")))];
}
