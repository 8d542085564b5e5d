// SPDX-License-Identifier: GPL-3.0-or-later
// What the answers for exhibits and dossiers are put together from. The colour is always a word and a sign, too.
import { moment } from "../bytes/time";
import type { Json } from "../bytes/json";
import type { AnchorStamp } from "../check/anchors";
import type { ExporterAnswer, Findings, ItemBytes, TimeAnswer } from "../check/findings";
import { isKnownName } from "../format/fact";
import type { Member } from "../format/roster";
import { answers as words } from "../words";
import { element, foreign } from "./dom";

export type State = keyof typeof words.state;

/** What the person confirmed by another way. */
export interface Confirmed {
  root: boolean;
  policy: boolean;
  /** Of a time authority. */
  authority: boolean;
}

const SIGNS: Record<State, string> = { holds: "✓", limits: "!", failed: "✗", open: "–", before: "–", none: "–" };

function group(text: string): string {
  return text.replace(/(.{8})(?=.)/g, "$1 ");
}

export function answer(id: string, title: string, state: State, ...body: Node[]): HTMLElement {
  const heading = element("h3", {}, title);
  const mark = element("p", { class: "state" }, element("span", { class: "sign", "aria-hidden": "true" }, SIGNS[state]), " ", words.state[state]);
  return element("section", { class: `answer ${state}`, id: `answer-${id}`, "data-state": state }, heading, mark, ...body);
}

export function line(text: string): HTMLElement {
  return element("p", {}, text);
}

export function pair(label: string, ...value: (Node | string)[]): HTMLElement {
  return element("p", {}, element("span", { class: "label" }, label + ": "), ...value);
}

export function hash(text: string): HTMLElement {
  return element("code", {}, group(text));
}

export function written(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  if (value !== null && typeof value === "object") return `{${value.pairs.map(([name, inner]) => `${JSON.stringify(name)}: ${written(inner)}`).join(", ")}}`;
  return JSON.stringify(value);
}

/** The state of an answer that was reached, or of one that was not. Nothing just holds in a case that nobody confirmed. */
export function stateOf(findings: Findings, reached: boolean, limited: boolean, isFailed: boolean): State {
  if (findings.outcome === "failed") return isFailed ? "failed" : reached ? "before" : "open";
  return limited || findings.limits.includes("rootUnconfirmed") ? "limits" : "holds";
}

export function memberLine({ pseudonym, role, by }: Member, roster: bigint): string {
  return words.signed.member(pseudonym, role, by === "ticket", String(roster));
}

export function exporterLines({ exporter, exporterFingerprint, roster }: ExporterAnswer): HTMLElement[] {
  const w = words.signed;
  return [pair(w.exporter, memberLine(exporter, roster)), pair(w.exporterKey, hash(exporterFingerprint)), line(w.current(String(roster)))];
}

/** Copies, objects and facts of one item. */
export function itemBytesLines(found: ItemBytes): HTMLElement[] {
  const w = words.bytes, lines = [line(w.objects(found.objects)), line(found.clean === undefined ? w.noClean : w.clean),
    line(found.original === undefined ? w.noOriginal : w.original)];
  if (found.notCleaned !== undefined) lines.push(element("p", {}, foreign(w.notCleaned(found.notCleaned))));
  lines.push(line(w.facts(found.disclosed, found.committed)));
  return lines;
}

export function factsTable({ facts }: ItemBytes): HTMLElement[] {
  const w = words.bytes;
  if (!facts) return [line(w.tooManyFacts)];
  const rows = [...facts].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, value }) => element("tr", {},
    element("th", { scope: "row" }, name + (isKnownName(name) ? "" : w.unknown)), element("td", {}, foreign(written(value)))));
  return rows.length === 0 ? [] : [element("table", {}, element("caption", {}, w.factsTitle),
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, w.name), element("th", { scope: "col" }, w.value))),
    element("tbody", {}, ...rows))];
}

/** Not before and not after, and whose words they are. */
export function timeLines(found: TimeAnswer): HTMLElement[] {
  const w = words.time, lines: HTMLElement[] = [];
  const add = (label: string, time: bigint | undefined, by: readonly string[]) => {
    lines.push(time === undefined ? pair(label, w.nobody) : pair(label, element("strong", {}, moment(time))));
    if (by.length > 0) lines.push(element("ul", {}, ...by.map((text) => element("li", {}, foreign(text)))));
  };
  add(w.notBefore, found.before, found.notBefore.map(({ name, time }) => w.by(name, moment(time))));
  if (found.notBefore.length > 0) lines.push(line(w.handed));
  else if (found.seen > 0n) lines.push(line(w.seen(String(found.seen))));
  add(w.notAfter, found.after, [...found.notAfter.map(({ name, time }) => w.by(name, moment(time))),
    ...found.stamps.map(({ stamp, latest }) => w.byStamp(stamp.who, moment(latest)))]);
  if (found.contradicts) lines.push(line(w.contradicts));
  lines.push(pair(w.claimed, found.claimed));
  return lines;
}

/** A time stamp, and what it is worth to this person. */
function stampItem({ authority, size, stamp, latest }: AnchorStamp): HTMLElement {
  const w = words.anchors, item = element("li", { "data-stamp": stamp.state }, w.stamp(authority, String(size)), " ", w.states[stamp.state]);
  if (stamp.state === "unjudged") return item;
  const accuracy = stamp.accuracy === undefined ? w.noAccuracy : w.accuracy(stamp.accuracy / 1000);
  item.append(element("ul", {}, element("li", {}, w.who, foreign(stamp.who)), element("li", {}, w.when(moment(latest)), " ", accuracy),
    element("li", {}, w.policy, element("code", {}, stamp.policy)), element("li", {}, stamp.revocationShown ? w.unrevoked : w.notUnrevoked)));
  return item;
}

export function anchorsAnswer(findings: Findings, confirmed: Confirmed, isFailed: boolean): HTMLElement {
  const w = words.anchors, stamps = findings.anchors;
  if (!stamps || stamps.length === 0) {
    const state = findings.outcome === "failed" ? stateOf(findings, false, false, isFailed) : "none";
    return answer("anchors", w.title, state, ...(stamps ? [line(w.none)] : []));
  }
  const limited = stamps.some(({ stamp }) => stamp.state !== "holds" || !stamp.revocationShown);
  return answer("anchors", w.title, stateOf(findings, true, limited, isFailed), line(w.text), element("ul", {}, ...stamps.map(stampItem)),
    ...(confirmed.authority ? [] : [line(w.noRoot)]), line(w.byHand), element("pre", {}, w.command));
}
