// SPDX-License-Identifier: GPL-3.0-or-later
// Second question: signed by whom, on whose authority? Everything hangs on the root, whose fingerprint came another way.
import { hex, same } from "../bytes/bytes";
import { at, need, refuse } from "../failure";
import type { Exhibit } from "../exhibit/parts";
import { isKeyFile } from "../exhibit/manifest";
import { MOST_NOTE } from "../format/note";
import type { Policy } from "../format/policy";
import { signersOf, type Signer as SigningKey, type Signers } from "../format/receipt";
import { readAdmission, readRoster, readTicket, type Member, type Roster } from "../format/roster";
import { from, SIGNATURE, type Bag } from "./bag";

export interface Authority {
  roster: Roster;
  signers: Signers;
  /** Keys that have a role, in hex. */
  taken: Set<string>;
  exporter: Member;
}

export async function checkAuthority(exhibit: Exhibit, fingerprint: string, policy: Policy, bag: Bag): Promise<Authority> {
  const roster = await from(exhibit, "data/roster", MOST_NOTE, (bytes) => readRoster(bytes, fingerprint));
  const members = [...roster.members];
  const taken = new Set<string>();
  const oneRole = (key: Uint8Array, where: string) => at(where, () => {
    need(!taken.has(hex(key)), "bad_key", "keyOfTwoRoles");
    taken.add(hex(key));
  });
  const tickets = new Set<string>();
  const closed = new Map<string, bigint | undefined>();
  await oneRole(policy.log, "data/policy");
  for (const witness of policy.witnesses) await oneRole(witness.key, "data/policy");
  await oneRole(roster.root, "data/roster");
  for (const member of roster.members) await oneRole(member.key, "data/roster");
  for (const path of [...exhibit.parts.keys()].filter((name) => name.startsWith("data/members/")).sort()) {
    const pseudonym = path.slice("data/members/".length).replace(/\.[a-z]+$/, "");
    const admission = `data/members/${pseudonym}.admission`, note = `data/members/${pseudonym}.ticket`;
    if (!exhibit.parts.has(admission) || !exhibit.parts.has(note))
      await at(exhibit.parts.has(note) ? admission : note, () => refuse("missing_part", "missing"));
    if (path !== note) continue;
    const ticket = await from(exhibit, note, MOST_NOTE, (bytes) => readTicket(bytes, fingerprint));
    const member = await from(exhibit, admission, MOST_NOTE, (bytes) => readAdmission(bytes, ticket));
    await at(note, () => need(ticket.pseudonym === pseudonym, "malformed", "otherPseudonym"));
    const has = roster.members.some((other) => other.pseudonym === pseudonym || hex(other.key) === hex(member.key));
    await at(note, () => need(!has, "malformed", "alreadyInRoster"));
    await at(admission, () => need(!members.some((other) => hex(other.key) === hex(member.key)), "malformed", "keyTwice"));
    await at(note, () => need(!tickets.has(hex(ticket.ticket)), "ticket_used", "ticketTwice"));
    tickets.add(hex(ticket.ticket));
    await oneRole(ticket.ticket, note);
    await oneRole(member.key, admission);
    // Who came by an invitation that was closed signs nothing from that place of the log on.
    closed.set(hex(member.key), roster.revoked.get(hex(ticket.ticket)));
    members.push(member);
  }
  for (const member of members) {
    const own = roster.revoked.get(hex(member.key)), ticket = closed.get(hex(member.key));
    member.revokedFrom = own === undefined || (ticket !== undefined && ticket < own) ? ticket : own;
  }
  const shown = await at("allowed_signers", () => {
    const found = roster.members.find((member) => member.pseudonym === bag.exporter.pseudonym);
    need(found !== undefined && (found.role === "reviewer" || found.role === "counsel"), "not_a_member", "exporter");
    need(same(found.key, bag.exporter.key), "malformed", "otherSigner");
    need(found.revokedFrom === undefined, "key_revoked", "revoked");
    return found;
  });
  await at(SIGNATURE, () => need(same(shown.key, bag.signer), "bad_signature", "sshsigKey"));
  return { roster, signers: await signersOf(members), taken, exporter: shown };
}

/** The key files are those of who signed here, and of the log. */
export async function checkKeyFiles(exhibit: Exhibit, signers: readonly SigningKey[], policy: Policy): Promise<void> {
  const owners = [...signers.map(({ member, key, epoch }) => ({ file: epoch === 0 ? member.pseudonym : `${member.pseudonym}.${epoch}`, owner: member.pseudonym, key })),
    { file: "log", owner: "log", key: policy.log }];
  for (const { file, owner, key } of owners)
    await from(exhibit, `data/keys/${file}.pub`, 1024, (bytes) => need(isKeyFile(bytes, owner, key), "bad_key", "keyFile"));
  for (const path of exhibit.parts.keys())
    if (path.startsWith("data/keys/") && !owners.some(({ file }) => path === `data/keys/${file}.pub`))
      await at(path, () => refuse("malformed", "unnamed"));
}
