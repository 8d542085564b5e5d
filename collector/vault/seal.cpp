// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/seal.hpp"

#include <future>

#include "collector/vault/envelopes.hpp"
#include "collector/vault/hashed.hpp"
#include "collector/vault/next_seal.hpp"
#include "crypto/encoding.hpp"
#include "crypto/secret.hpp"

namespace dokaz {
namespace {

struct SealedPair {
  SealedObject team;
  SealedObject legal;
};

/// The original's other hash; and the first one again, so that it is of what was taken in.
Result<Sha512> second_hash(const TakenIn& item) {
  DOKAZ_LET(both, hash_original(*item.original));
  return both.sha256 == item.original_sha256 ? Result<Sha512>(both.sha512) : changed_meanwhile();
}

/// Seals the clean copy while the original is hashed, then recovery. Completes the facts.
Result<SealedPair> seal_both(Vault& vault, const TakenIn& item, ItemFacts& facts, const SealRequest& request) {
  const Roster& roster = *vault.view().roster;
  std::vector<std::string> for_team = roster.recipients_of(Group::team);
  if (request.review) for_team.push_back(request.review->recipient);
  auto hashing = std::async([&item] { return second_hash(item); });
  const auto write_clean = [&item](const Sink& sink) { return item.clean->copy_to(sink); };
  DOKAZ_LET(team_file, vault.outbox().begin());
  DOKAZ_LET(team, seal_object({write_facts(facts.team), "clean." + item.extension, item.clean->size(),
                               with_hash(write_clean, item.clean_sha256)},
                              for_team, std::move(team_file)));
  DOKAZ_LET(longer, hashing.get());
  add_original_sha512(facts, longer);
  DOKAZ_LET(legal_file, vault.outbox().begin());
  DOKAZ_LET(legal, seal_object({write_facts(facts.legal), "recovery", item.recovery_size,
                                with_hash(item.write_recovery, item.recovery_sha256), sidecar_members(request.sidecars)},
                               roster.recipients_of(Group::legal), std::move(legal_file)));
  // Clean copy and recovery have their hashes; that the two are still of one original, its times say.
  if (item.unchanged) DOKAZ_TRY(item.unchanged());
  return SealedPair{std::move(team), std::move(legal)};
}

/// What waits for its place in the outbox and in the chain.
struct Prepared {
  SealedPair objects;
  NewStatement statement;
};

Result<Prepared> prepare(Vault& vault, const Statement& before, const TakenIn& item, const SealRequest& request) {
  DOKAZ_TRY(next_link(vault, before, Act::seal, request.time));  // before a long film is sealed for nothing
  DOKAZ_LET(earlier, vault.earlier_item({item.original_sha256, Form::cleaned}));
  if (earlier) return Errc::already_sealed;
  DOKAZ_LET(facts, facts_of(item, request.file_name, request.note, request.sidecars, request.stated));
  DOKAZ_LET(objects, seal_both(vault, item, facts, request));
  DOKAZ_LET(statement, next_seal(vault, before, {objects.team.ref, objects.legal.ref}, facts, request.time));
  NewStatement next{sign_statement(statement, vault.member_key()), {{item.original_sha256, Form::cleaned}}, {}};
  if (request.review) next.review = request.review->number;
  return Prepared{std::move(objects), std::move(next)};
}

Status put_all(Outbox& outbox, std::vector<Prepared>& all) {
  std::vector<ObjectId> put;
  for (Prepared& one : all)
    for (SealedObject* object : {&one.objects.team, &one.objects.legal}) {
      const Status outcome = outbox.put(object->file, object->ref.id);
      if (!outcome) {
        static_cast<void>(outbox.remove(put).has_value());  // else they are orphans
        return outcome;
      }
      put.push_back(object->ref.id);
    }
  return {};
}

Result<std::vector<SealedItem>> put_and_append(Vault& vault, std::vector<Prepared> all) {
  DOKAZ_TRY(put_all(vault.outbox(), all));
  std::vector<NewStatement> statements;
  std::vector<SealedItem> sealed;
  for (Prepared& one : all) {
    const Statement& statement = one.statement.signed_statement.statement;
    sealed.push_back({statement.fields().seq, statement.hash()});
    statements.push_back(std::move(one.statement));
  }
  DOKAZ_TRY(vault.append(statements));
  return sealed;
}

/// Binds a part to the others.
Result<Fact> set_fact(std::string_view id, std::size_t of, std::size_t part) {
  return Fact::json("set", "{\"id\":\"" + std::string(id) + "\",\"of\":" + std::to_string(of) +
                               ",\"part\":" + std::to_string(part) + "}");
}

}  // namespace

Result<SealedItem> seal(Vault& vault, const TakenIn& item, const SealRequest& request) {
  DOKAZ_LET(head, vault.head());
  DOKAZ_LET(prepared, prepare(vault, head.signed_statement.statement, item, request));
  std::vector<Prepared> one;
  one.push_back(std::move(prepared));
  DOKAZ_LET(sealed, put_and_append(vault, std::move(one)));
  return sealed[0];
}

Result<std::vector<SealedItem>> seal_set(Vault& vault, std::vector<SealedTogether> parts) {
  if (parts.size() < 2 || parts.size() > max_set) return fail(Errc::usage, "a set has 2 to 64 files");
  const std::string id = hex(random_id<FixedBytes<struct SetTag, 16>>().view());
  DOKAZ_LET(head, vault.head());
  std::vector<Prepared> all;
  for (SealedTogether& one : parts) {
    DOKAZ_LET(bound, set_fact(id, parts.size(), all.size() + 1));
    one.request.stated.push_back(std::move(bound));
    const Statement& before = all.empty() ? head.signed_statement.statement : all.back().statement.signed_statement.statement;
    DOKAZ_LET(prepared, prepare(vault, before, *one.item, one.request));
    all.push_back(std::move(prepared));
  }
  return put_and_append(vault, std::move(all));
}

}  // namespace dokaz
