// SPDX-License-Identifier: GPL-3.0-or-later
// Roster, ticket and admission (section 7): who belongs to a case, by the word of its root.
import { fromHex, hex, latin, type Bytes } from "../bytes/bytes";
import { ascending, decimal, LineReader, linesOf } from "../bytes/text";
import { isMoment } from "../bytes/time";
import { need, refuse } from "../failure";
import { checkKey } from "../signature/ed25519";
import { sha256 } from "../signature/hash";
import { checkLine, MOST_NOTE, readNote, type Note } from "./note";

export const ROLES = ["documenter", "reviewer", "counsel", "server"] as const;
export type Role = (typeof ROLES)[number];

export interface Member {
  pseudonym: string;
  role: Role;
  key: Bytes;
  /** What admitted this member: the roster, or a ticket of the root. */
  by: "roster" | "ticket";
  /** What the log holds of them from this index on is not theirs, by the roster's word. */
  revokedFrom?: bigint | undefined;
}

export interface Roster {
  root: Bytes;
  number: bigint;
  members: Member[];
  /** From which index of the log on: by a member's first key in hex, or a ticket's. */
  revoked: Map<string, bigint>;
}

export interface Ticket {
  root: Bytes;
  ticket: Bytes;
  pseudonym: string;
  role: Role;
  until: string;
}

function keyOf(text: string): Bytes {
  const key = fromHex(text, 32) ?? refuse("malformed");
  checkKey(key);
  return key;
}

function roleOf(text: string): Role {
  return ROLES.find((role) => role === text) ?? refuse("malformed", "role");
}

export function isPseudonym(text: string): boolean {
  return /^[a-z0-9-]{1,32}$/.test(text) && text !== "log";
}

function pseudonymOf(text: string): string {
  need(isPseudonym(text), "malformed", "pseudonym");
  return text;
}

function linesOfNote(note: Note): LineReader {
  return new LineReader(linesOf(note.text, MOST_NOTE));
}

/** Signed by the root, which has the fingerprint; undefined takes the note's word for who its root is. */
async function checkRoot(note: Note, root: Bytes, fingerprint: string | undefined): Promise<void> {
  need(fingerprint === undefined || hex(await sha256(root)) === fingerprint, "wrong_root", "root");
  await checkLine(note, note.lines[0], "dokaz-case", root);
}

function onlyLine(note: Note): void {
  need(note.lines.length === 1 && note.lines[0]?.name === "dokaz-case", "malformed", "note");
}

function distinct(keys: readonly Bytes[]): void {
  need(new Set(keys.map(hex)).size === keys.length, "malformed", "keyTwice");
}

export async function readRoster(bytes: Bytes, fingerprint?: string): Promise<Roster> {
  const note = readNote(bytes);
  onlyLine(note);
  const lines = linesOfNote(note);
  lines.version("dokaz/roster");
  const root = keyOf(lines.field("root"));
  const number = decimal(lines.field("number"));
  need(number > 0n, "malformed", "number");
  const members: Member[] = [];
  for (let fields = lines.maybe("member", 3); fields; fields = lines.maybe("member", 3)) {
    const [pseudonym = "", role = "", key = ""] = fields;
    members.push({ pseudonym: pseudonymOf(pseudonym), role: roleOf(role), key: keyOf(key), by: "roster" });
  }
  need(ascending(members.map((member) => member.pseudonym)), "malformed", "order");
  distinct([root, ...members.map((member) => member.key)]);
  const recipients: string[] = [];
  for (let fields = lines.maybe("recipient", 2); fields; fields = lines.maybe("recipient", 2)) recipients.push(fields.join(" "));
  need(recipients.every((line) => /^(legal|team) age1[02-9ac-hj-np-z]{58}$/.test(line)), "malformed", "recipient");
  need(ascending(recipients), "malformed", "order");
  need(["legal", "team"].every((group) => recipients.some((line) => line.startsWith(group))), "malformed", "recipient");
  const revoked = new Map<string, bigint>();
  for (let fields = lines.maybe("revoked", 2); fields; fields = lines.maybe("revoked", 2)) {
    const [key = "", since = ""] = fields;
    need(hex(keyOf(key)) !== hex(root) && !revoked.has(key), "malformed", "keyTwice");
    revoked.set(key, decimal(since));
  }
  need(ascending([...revoked.keys()]), "malformed", "order");
  lines.end();
  await checkRoot(note, root, fingerprint);
  return { root, number, members, revoked };
}

export async function readTicket(bytes: Bytes, fingerprint?: string): Promise<Ticket> {
  const note = readNote(bytes);
  onlyLine(note);
  const lines = linesOfNote(note);
  lines.version("dokaz/ticket");
  const root = keyOf(lines.field("root")), ticket = keyOf(lines.field("ticket"));
  distinct([root, ticket]);
  const pseudonym = pseudonymOf(lines.field("pseudonym")), role = roleOf(lines.field("role"));
  need(role !== "server", "malformed", "role");
  const until = lines.field("until");
  need(isMoment(until), "malformed", "time");
  lines.end();
  await checkRoot(note, root, fingerprint);
  return { root, ticket, pseudonym, role, until };
}

/** The member that ticket and admission make. */
export async function readAdmission(bytes: Bytes, ticket: Ticket): Promise<Member> {
  const note = readNote(bytes);
  const lines = linesOfNote(note);
  lines.version("dokaz/admission");
  const root = keyOf(lines.field("root")), named = keyOf(lines.field("ticket")), member = keyOf(lines.field("member"));
  lines.end();
  distinct([root, named, member]);
  need(hex(root) === hex(ticket.root), "wrong_root", "root");
  need(hex(named) === hex(ticket.ticket), "bad_signature", "ticket");
  need(note.lines.length === 2, "bad_signature", "noteLines");
  await checkLine(note, note.lines[0], "dokaz-ticket", named);
  await checkLine(note, note.lines[1], "dokaz-member", member);
  return { pseudonym: ticket.pseudonym, role: ticket.role, key: member, by: "ticket" };
}

/** The root that a roster names, for who has no other word yet; undefined if there is none to be read. */
export function claimedRoot(bytes: Bytes): Bytes | undefined {
  const found = /^dokaz\/roster\/v1\nroot ([0-9a-f]{64})\n/.exec(latin(bytes.subarray(0, 256)));
  return fromHex(found?.[1] ?? "", 32);
}

/** What the role lets a member sign (section 7). */
export function maySign(role: Role, act: string): boolean {
  if (role === "server") return ["genesis", "receive", "fork-found", "heartbeat", "close"].includes(act);
  if (act === "key-rotate") return role === "documenter";
  return act !== "receive" && act !== "fork-found";
}
