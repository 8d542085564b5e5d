// SPDX-License-Identifier: GPL-3.0-or-later
// The policy of a case (section 8): which log, and whose cosignatures suffice.
import { fromHex, hex, type Bytes } from "../bytes/bytes";
import { LineReader, linesOf } from "../bytes/text";
import { need, refuse } from "../failure";
import { checkKey } from "../signature/ed25519";
import { isNoteName } from "./note";

export interface Witness {
  name: string;
  key: Bytes;
}

export interface Policy {
  log: Bytes;
  witnesses: Witness[];
  /** How many of whom suffice; none needed, nobody in it. */
  quorum: { needed: number; of: string[] };
}

export function readPolicy(bytes: Bytes): Policy {
  const lines = new LineReader(linesOf(bytes, 16_384));
  const log = keyOf(lines.field("log"));
  const witnesses: Witness[] = [];
  for (let fields = lines.maybe("witness", 2); fields; fields = lines.maybe("witness", 2))
    witnesses.push({ name: nameOf(fields[0] ?? ""), key: keyOf(fields[1] ?? "") });
  const group = lines.maybe("group");
  const quorum = lines.field("quorum");
  lines.end();
  const names = witnesses.map((witness) => witness.name);
  need(new Set([log, ...witnesses.map((witness) => witness.key)].map(hex)).size === witnesses.length + 1, "malformed", "keyTwice");
  if (group) names.push(nameOf(group[0] ?? ""));
  need(new Set(names).size === names.length, "malformed", "nameTwice");
  const of = group?.slice(2) ?? [];
  const needed = group ? numberUpTo(group[1] ?? "", of.length) : 0;
  need(of.every((name) => witnesses.some((witness) => witness.name === name)) && new Set(of).size === of.length, "malformed", "policy");
  if (quorum === "none") return { log, witnesses, quorum: { needed: 0, of: [] } };
  if (group && quorum === group[0]) return { log, witnesses, quorum: { needed, of } };
  need(witnesses.some((witness) => witness.name === quorum), "malformed", "policy");
  return { log, witnesses, quorum: { needed: 1, of: [quorum] } };
}

function keyOf(text: string): Bytes {
  const key = fromHex(text, 32) ?? refuse("malformed");
  checkKey(key);
  return key;
}

function nameOf(text: string): string {
  need(isNoteName(text) && text !== "none", "malformed", "policy");
  return text;
}

function numberUpTo(text: string, most: number): number {
  need(/^[1-9][0-9]{0,3}$/.test(text) && Number(text) <= most, "malformed", "policy");
  return Number(text);
}
