// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/chain_acts.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "collector/vault/envelopes.hpp"
#include "collector/vault/next_seal.hpp"
#include "console/console.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

constexpr std::int64_t day = 86'400;  // seconds
/// An act commits to a multiple of so many facts, so that their number tells nothing.
constexpr std::size_t act_facts_step = 8;

Fact decoy() {
  const auto random_text = random_id<FixedBytes<struct DecoyTag, 16>>();
  return Fact::text("decoy", base64url(random_text.view()));
}

Result<SealedItem> sign_and_append(Vault& vault, StatementFields fields) {
  DOKAZ_LET(statement, Statement::make(std::move(fields)));
  DOKAZ_TRY(vault.append(sign_statement(statement, vault.member_key())));
  return SealedItem{statement.fields().seq, statement.hash()};
}

/// An act that says all by being there.
Result<SealedItem> bare_act(Vault& vault, Act act, const ClaimedTime& time) {
  DOKAZ_LET(fields, next_link(vault, act, time));
  fields.facts = {decoy().digest()};
  return sign_and_append(vault, std::move(fields));
}

std::vector<std::string> recipients_of(Vault& vault, std::initializer_list<Group> groups) {
  std::set<std::string> all;
  for (const Group group : groups)
    for (std::string& one : vault.view().roster->recipients_of(group)) all.insert(std::move(one));
  return {all.begin(), all.end()};
}

/// An act whose facts are in one object of its own.
Result<SealedItem> sealed_act(Vault& vault, Act act, std::vector<Fact> facts, const std::vector<std::string>& recipients,
                              const ClaimedTime& time) {
  DOKAZ_LET(fields, next_link(vault, act, time));
  while (facts.size() % act_facts_step != 0) facts.push_back(decoy());
  for (const Fact& fact : facts) fields.facts.push_back(fact.digest());
  DOKAZ_LET(file, vault.outbox().begin());
  const auto nothing = [](const Sink&) { return Status(); };
  DOKAZ_LET(object, seal_object({write_facts(std::move(facts)), "act", 0, nothing}, recipients, std::move(file)));
  fields.objects = {object.ref};
  DOKAZ_TRY(vault.outbox().put(object.file, object.ref.id));
  return sign_and_append(vault, std::move(fields));
}

/// "object" and, where the act is about an item, "about".
Result<std::vector<Fact>> first_facts(Vault& vault, Group group, const About& about) {
  std::vector<Fact> facts = {Fact::text("object", name_of(group))};
  if (!about) return facts;
  DOKAZ_LET(own, vault.statement(*about));
  if (!own.is_item()) return fail(Errc::not_found, "no item has this number");
  facts.push_back(Fact::text("about", hex(own.signed_statement.statement.hash())));
  return facts;
}

Status check_by(const std::string& by) {
  if (by.size() > max_consent_by) return fail(Errc::too_large, "the pseudonym is longer than 64 bytes");
  return console::printable(by) == by ? Status() : fail(Errc::malformed, "the pseudonym is not one line of plain text");
}

Result<std::string> uses_json(const std::vector<std::string>& uses) {
  const std::set<std::string> sorted(uses.begin(), uses.end());
  for (const std::string& use : sorted)
    if (std::find(std::begin(consent_uses), std::end(consent_uses), use) == std::end(consent_uses))
      return fail(Errc::usage, "a use that is not in the list");
  return nlohmann::json(sorted).dump();
}

Result<SealedItem> consent_act(Vault& vault, Act act, const Consent& consent, const ClaimedTime& time) {
  DOKAZ_TRY(check_by(consent.by));
  DOKAZ_LET(uses, uses_json(consent.uses));
  DOKAZ_LET(facts, first_facts(vault, Group::team, consent.about));
  if (!consent.by.empty()) facts.push_back(Fact::text("consent.by", consent.by));
  if (!consent.uses.empty()) {
    DOKAZ_LET(fact, Fact::json("consent.uses", uses));
    facts.push_back(std::move(fact));
  }
  return sealed_act(vault, act, std::move(facts), recipients_of(vault, {Group::team, Group::legal}), time);
}

}  // namespace

Result<SealedItem> add_note(Vault& vault, const About& about, std::string_view text, const ClaimedTime& time,
                            const std::vector<Fact>& more) {
  DOKAZ_TRY(check_note(text));
  if (text.empty()) return fail(Errc::malformed, "the note is empty");
  DOKAZ_LET(facts, first_facts(vault, Group::legal, about));
  facts.push_back(Fact::text("note", text));
  facts.insert(facts.end(), more.begin(), more.end());
  return sealed_act(vault, Act::note, std::move(facts), recipients_of(vault, {Group::legal}), time);
}

Result<SealedItem> add_consent(Vault& vault, const Consent& consent, const ClaimedTime& time) {
  if (consent.uses.empty()) return fail(Errc::usage, "a consent names at least one use");
  return consent_act(vault, Act::consent, consent, time);
}

Result<SealedItem> withdraw_consent(Vault& vault, const Consent& consent, const ClaimedTime& time) {
  return consent_act(vault, Act::withdraw, consent, time);
}

Result<SealedItem> heartbeat(Vault& vault, const ClaimedTime& time) { return bare_act(vault, Act::heartbeat, time); }

Result<std::optional<SealedItem>> heartbeat_if_due(Vault& vault, const ClaimedTime& time) {
  DOKAZ_LET(head, vault.head());
  DOKAZ_LET(forked, vault.forked());
  const StatementFields& last = head.signed_statement.statement.fields();
  // A clock that was once far ahead must not end the heartbeats for years.
  const std::int64_t away = time.unix_seconds - last.time.unix_seconds;
  if (forked || last.act == Act::close || (away < day && away > -day)) return std::optional<SealedItem>();
  DOKAZ_LET(made, heartbeat(vault, time));
  return std::optional(made);
}

bool may_rotate(const Vault& vault) { return may_sign(vault.view().self->role, Act::key_rotate); }

Result<SealedItem> rotate_key(Vault& vault, const ClaimedTime& time) {
  if (!may_rotate(vault)) return fail(Errc::not_a_member, "only who documents changes keys");
  DOKAZ_LET(forked, vault.forked());
  DOKAZ_LET(run, vault.newest_run());
  // The server has more of this chain, or another key: a second history must not begin.
  if (forked || (run && (run->server_ahead > 0 || run->failure == Errc::wrong_epoch))) return Errc::forked_chain;
  DOKAZ_LET(waiting, vault.unproved_rotations());
  if (waiting >= max_shown_rotations) return fail(Errc::not_safe_yet, "changed keys wait for the server");
  if (vault.epochs().present() + 1 >= max_epochs) return fail(Errc::broken_chain, "no more keys in this chain");
  DOKAZ_LET(fields, next_link(vault, Act::key_rotate, time));
  SigningKey next = SigningKey::generate();
  const SigningKey& present = vault.member_key();
  fields.facts = {decoy().digest()};
  fields.next_key =
      NextKey{next.public_key(), consent_to_follow(fields.chain, fields.seq, present.public_key(), next)};
  DOKAZ_LET(statement, Statement::make(std::move(fields)));
  const SealedItem done{statement.fields().seq, statement.hash()};
  DOKAZ_TRY(vault.rotate(sign_statement(std::move(statement), present), std::move(next)));
  return done;
}

Result<std::optional<SealedItem>> rotate_if_due(Vault& vault, const ClaimedTime& time) {
  DOKAZ_LET(days, vault.rotation_days());
  if (days == 0 || !may_rotate(vault)) return std::optional<SealedItem>();
  DOKAZ_LET(under_way, vault.sent_parcels());
  if (!under_way.empty()) return std::optional<SealedItem>();
  const auto rotations = vault.epochs().rotations();
  DOKAZ_LET(begun, vault.statement(rotations.empty() ? 0 : rotations.back()));
  const std::int64_t since = time.unix_seconds - begun.signed_statement.statement.fields().time.unix_seconds;
  // A clock that was once far ahead must not end it for years.
  if (since < std::int64_t{days} * day && since > -day) return std::optional<SealedItem>();
  auto done = rotate_key(vault, time);
  if (done) return std::optional(*done);
  const Errc code = done.code();
  const bool in_the_way = code == Errc::forked_chain || code == Errc::chain_closed || code == Errc::not_safe_yet ||
                          code == Errc::broken_chain;
  if (in_the_way) return std::optional<SealedItem>();
  return std::move(done).error();
}

Result<SealedItem> close_chain(Vault& vault, const ClaimedTime& time) { return bare_act(vault, Act::close, time); }

}  // namespace dokaz
