// SPDX-License-Identifier: GPL-3.0-or-later
// Facts and the file that holds them (section 4).
import { ascii, base64url, fromBase64url, latin, type Bytes } from "../bytes/bytes";
import { readJson, type Json } from "../bytes/json";
import { ascending } from "../bytes/text";
import { need, refuse } from "../failure";
import { sha256 } from "../signature/hash";

export interface Fact {
  name: string;
  value: Json;
  /** As an `sd` line of the statement has it. */
  digest: string;
}

const NAMES = new Set(("object media.type clean.sha256 clean.size coded.sha256 clean.checks image.width image.height media.duration note " +
  "original.sha256 original.sha512 original.size original.name recovery.sha256 cleaned uncleaned.reason uncleaned.detail sidecar " +
  "acquisition acquisition.from acquisition.signs set testimony testimony.form capture.time capture.time.gps capture.place " +
  "capture.time.source capture.place.source device.make device.model device.serial device.lens software image.orientation " +
  "provenance.c2pa contradiction removed warning statement fork pseudonym about consent.by consent.uses continues " +
  "consent.capacity consent.for consent.date consent.until consent.language consent.interpreter consent.form " +
  "consent.witness consent.told consent.identity consent.face consent.refused consent.conditions shown shown.facts " +
  "reason tool addressee use necessity consent.relied consent.withdrawn consent.lifts export.profile export.items export.bag " +
  "verify.outcome verify.items verify.failed verify.size decoy").split(" "));

/** Names that may stand more than once among the facts of an item. */
const REPEATED = new Set(["removed", "warning", "contradiction", "testimony", "export.items", "consent.relied", "consent.withdrawn", "decoy", "object"]);

/** Whether the registry has the name. */
export function isKnownName(name: string): boolean {
  return NAMES.has(name);
}

const LONGEST = 65_536;

export async function readDisclosure(disclosure: string): Promise<Fact> {
  need(disclosure.length <= LONGEST, "malformed");
  const bytes = fromBase64url(disclosure) ?? refuse("malformed");
  // The array itself is one level, the value may have eight more.
  const all = readJson(bytes, 9);
  need(Array.isArray(all) && all.length === 3, "malformed", "json");
  const [salt, name, value] = all;
  need(typeof salt === "string" && fromBase64url(salt)?.length === 16, "malformed", "json");
  need(typeof name === "string" && /^[a-z0-9.]{1,64}$/.test(name), "malformed", "json");
  return { name, value: value ?? null, digest: base64url(await sha256(ascii(disclosure))) };
}

/** Zero or more disclosures, one a line, ascending; not more than there can be. */
export async function readFacts(bytes: Bytes, most = 360): Promise<Fact[]> {
  if (bytes.length === 0) return [];
  const text = latin(bytes);
  need(text.endsWith("\n"), "malformed");
  const lines = text.slice(0, -1).split("\n");
  need(lines.length <= most, "malformed", "tooMany");
  need(ascending(lines), "malformed", "order");
  const facts: Fact[] = [];
  for (const line of lines) facts.push(await readDisclosure(line));
  return facts;
}

/** Each is committed to by an `sd` line, and none repeats that may not: else `bad_disclosure`. */
export function checkCommitted(facts: readonly Fact[], sd: readonly string[]): void {
  const committed = new Set(sd), seen = new Set<string>();
  for (const fact of facts) {
    need(committed.has(fact.digest), "bad_disclosure", "notCommitted");
    need(REPEATED.has(fact.name) || !seen.has(fact.name), "bad_disclosure", "factTwice");
    seen.add(fact.name);
  }
}

export function valueOf(facts: readonly Fact[], name: string): Json | undefined {
  return facts.find((fact) => fact.name === name)?.value;
}
