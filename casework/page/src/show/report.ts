// SPDX-License-Identifier: GPL-3.0-or-later
// The answer as people read it: the verdict, then each question apart. The colour is always a word and a sign, too.
import { moment } from "../bytes/time";
import type { Json } from "../bytes/json";
import type { Findings } from "../check/findings";
import { FAILURES } from "../failure";
import type { Cosignature } from "../format/checkpoint";
import { isKnownName } from "../format/fact";
import type { Member } from "../format/roster";
import { answers as words, failures, limits, whys } from "../words";
import { bytesInWords, element, foreign } from "./dom";

export type State = keyof typeof words.state;

/** What the person confirmed by another way. */
export interface Confirmed {
  root: boolean;
  policy: boolean;
}

const SIGNS: Record<State, string> = { holds: "✓", limits: "!", failed: "✗", open: "–", before: "–", unchecked: "?" };

function group(text: string): string {
  return text.replace(/(.{8})(?=.)/g, "$1 ");
}

function answer(id: string, title: string, state: State, ...body: Node[]): HTMLElement {
  const heading = element("h3", {}, title);
  const mark = element("p", { class: "state" }, element("span", { class: "sign", "aria-hidden": "true" }, SIGNS[state]), " ", words.state[state]);
  return element("section", { class: `answer ${state}`, id: `answer-${id}`, "data-state": state }, heading, mark, ...body);
}

function line(text: string): HTMLElement {
  return element("p", {}, text);
}

function pair(label: string, ...value: (Node | string)[]): HTMLElement {
  return element("p", {}, element("span", { class: "label" }, label + ": "), ...value);
}

function hash(text: string): HTMLElement {
  return element("code", {}, group(text));
}

function written(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  if (value !== null && typeof value === "object") return `{${value.pairs.map(([name, inner]) => `${JSON.stringify(name)}: ${written(inner)}`).join(", ")}}`;
  return JSON.stringify(value);
}

/** The state of an answer that was reached, or of one that was not. Nothing just holds in a case that nobody confirmed. */
function stateOf(findings: Findings, reached: boolean, limited: boolean, isFailed: boolean): State {
  if (findings.outcome === "failed") return isFailed ? "failed" : reached ? "before" : "open";
  return limited || findings.limits.includes("rootUnconfirmed") ? "limits" : "holds";
}

/** Which question a failure is about; by the file, since files belong to questions. */
function failedQuestion(findings: Findings): string {
  if (!findings.failure) return "";
  if (!findings.bytes) return "bytes";
  const { name, where } = findings.failure;
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
  const where = failedQuestion(findings);
  return element("div", {}, verdict, about, bytesAnswer(findings, where), signedAnswer(findings, where), timeAnswer(findings, confirmed),
    chainAnswer(findings, where), logAnswer(findings, where, confirmed), anchorsAnswer(), notProved(), ...byHand(findings));
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
    body.push(line(w.all(found.files, bytesInWords(found.size))), line(w.objects(found.objects)));
    body.push(line(found.clean === undefined ? w.noClean : w.clean));
    body.push(line(found.original === undefined ? w.noOriginal : w.original));
    if (found.notCleaned !== undefined) body.push(element("p", {}, foreign(w.notCleaned(found.notCleaned))));
    body.push(line(w.facts(found.facts.length, found.committed)));
    const rows = [...found.facts].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, value }) => element("tr", {},
      element("th", { scope: "row" }, name + (isKnownName(name) ? "" : w.unknown)), element("td", {}, foreign(written(value)))));
    if (findings.outcome !== "failed" && rows.length > 0)
      body.push(element("table", {}, element("caption", {}, w.factsTitle),
        element("thead", {}, element("tr", {}, element("th", { scope: "col" }, w.name), element("th", { scope: "col" }, w.value))),
        element("tbody", {}, ...rows)));
    body.push(line(w.script));
  }
  return answer("bytes", w.title, stateOf(findings, !!found, false, where === "bytes"), ...body);
}

function signedAnswer(findings: Findings, where: string): HTMLElement {
  const w = words.signed, found = findings.signed;
  const body: Node[] = [];
  if (found) {
    const member = ({ pseudonym, role, by }: Member) => w.member(pseudonym, role, by === "ticket", String(found.roster));
    body.push(pair(w.signer, member(found.signer)), ...(found.epoch > 0 ? [line(w.epoch(found.epoch))] : []), pair(w.act, found.act), pair(w.exporter, member(found.exporter)),
      pair(w.exporterKey, hash(found.exporterFingerprint)), line(w.current(String(found.roster))));
  }
  return answer("signed", w.title, stateOf(findings, !!found, false, where === "signed"), ...body);
}

function timeAnswer(findings: Findings, confirmed: Confirmed): HTMLElement {
  const w = words.time, found = findings.time;
  const body: Node[] = [];
  if (found) {
    const edge = (label: string, by: readonly Cosignature[], pick: (a: bigint, b: bigint) => boolean) => {
      const first = by.map((cosignature) => cosignature.time).reduce<bigint | undefined>((a, b) => (a === undefined || pick(b, a) ? b : a), undefined);
      if (first === undefined) return [pair(label, w.nobody)];
      return [pair(label, element("strong", {}, moment(first))), element("ul", {}, ...by.map(({ name, time }) => element("li", {}, w.by(name, moment(time)))))];
    };
    body.push(...edge(w.notBefore, found.notBefore, (a, b) => a < b));
    if (found.notBefore.length > 0) body.push(line(w.handed));
    else if (found.seen > 0n) body.push(line(w.seen(String(found.seen))));
    body.push(...edge(w.notAfter, found.notAfter, (a, b) => a > b), pair(w.claimed, found.claimed));
  }
  const limited = !confirmed.policy || !found || found.notBefore.length === 0 || found.notAfter.length === 0;
  return answer("time", w.title, stateOf(findings, !!found, limited, false), ...body);
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

function anchorsAnswer(): HTMLElement {
  const w = words.anchors;
  return answer("anchors", w.title, "unchecked", line(w.text), element("pre", {}, w.command), line(w.late));
}

function notProved(): HTMLElement {
  const w = words.notProved;
  return element("section", { class: "answer", id: "not-proved" }, element("h3", {}, w.title), element("ul", {}, ...w.list.map((text) => element("li", {}, text))));
}

function byHand(findings: Findings): HTMLElement[] {
  const w = words.byHand, exporter = findings.signed?.exporter.pseudonym;
  if (exporter === undefined) return [];
  return [element("section", { class: "answer", id: "by-hand" }, element("h3", {}, w.title), line(w.text), element("pre", {}, w.commands(exporter).join("\n")))];
}
