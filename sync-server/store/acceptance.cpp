// SPDX-License-Identifier: GPL-3.0-or-later
// The chain rules: docs/format.md section 3.
#include "sync-server/store/acceptance.hpp"

#include <algorithm>
#include <limits>

#include "crypto/encoding.hpp"

namespace dokaz::server {
namespace {

constexpr std::uint64_t max_integer = std::numeric_limits<std::int64_t>::max();

/// The next link of the server's own chain in the case.
StatementFields next_link(const ChainHead& head, const TreeHead& seen, std::int64_t now) {
  StatementFields fields;
  fields.chain = head.chain;
  fields.seq = head.next_seq;
  fields.previous = head.head;
  fields.time = {now, false};
  if (seen.size > 0) fields.seen = {seen.size, seen.root};
  return fields;
}

Result<ChainHead> own_chain(Books& books, const Case& in, const TreeHead& seen, std::int64_t now) {
  const PublicKey& self = books.key.public_key();
  DOKAZ_LET(chains, books.ledger.chains_of(in, self));
  if (!chains.empty()) return chains.front();
  DOKAZ_LET(members, books.cases.membership(in));
  const Member* member = members->find(self);
  if (member == nullptr) return fail(Errc::not_a_member, "the roster does not name this server");
  StatementFields fields = next_link({chain_id(in.fingerprint, self, 0), 0, {}}, seen, now);
  fields.act = Act::genesis;
  fields.facts = {Fact::text("pseudonym", member->pseudonym).digest()};
  DOKAZ_LET(genesis, Statement::make(std::move(fields)));
  const SignedStatement signed_statement = sign_statement(std::move(genesis), books.key);
  DOKAZ_TRY(books.ledger.append(in, self, signed_statement, std::nullopt));
  return ChainHead{signed_statement.statement.fields().chain, 1, signed_statement.statement.hash()};
}

/// Two statements claim one place: said once for each place, by the server's own signature, in the log.
Status log_fork(Books& books, const Case& in, const SignedStatement& other, const TreeHead& seen,
                std::int64_t now) {
  const auto& place = other.statement.fields();
  DOKAZ_LET(logged, books.ledger.at(in, place.chain, place.seq));
  if (!logged) return fail(Errc::damaged_store, "a statement is missing");
  DOKAZ_LET(chain, own_chain(books, in, seen, now));
  DOKAZ_LET(fork, Fact::json("fork", "{\"chain\":\"" + hex(place.chain) + "\",\"logged\":\"" + hex(*logged) +
                                         "\",\"other\":\"" + hex(other.statement.hash()) +
                                         "\",\"seq\":" + std::to_string(place.seq) + "}"));
  StatementFields fields = next_link(chain, seen, now);
  fields.act = Act::fork_found;
  fields.facts = {fork.digest()};
  DOKAZ_LET(found, Statement::make(std::move(fields)));
  DOKAZ_TRY(books.ledger.append(in, books.key.public_key(), sign_statement(std::move(found), books.key),
                                Answer{{}, fork.disclosure()}));
  ++books.forks_found;
  return {};
}

/// Room in the case: docs/protocol.md section 6. quota_exceeded.
Status reserve(Books& books, const Case& in, const PublicKey& member, std::uint64_t statement,
               std::uint64_t objects) {
  if (objects > 0) {
    DOKAZ_LET(awaited, books.holdings.awaited_bytes(in, member));
    return books.cases.reserve_for(in, statement, objects, awaited);
  }
  const Status within = books.cases.reserve(in, statement);
  if (within || within.code() != Errc::quota_exceeded) return within;
  DOKAZ_LET(said, books.ledger.bytes_of(in, member));
  return said + statement <= statement_reserve ? books.cases.add(in, statement) : within;
}

/// A statement whose place is taken, or that follows one: evidence, kept once, that gets no place in the log.
Status keep_fork(Books& books, const Case& in, const PublicKey& member, const SignedStatement& statement,
                 bool claims_taken_place, const TreeHead& seen, std::int64_t now) {
  DOKAZ_LET(known, books.ledger.is_fork(in, statement.statement.hash()));
  if (known) return {};
  const auto& fields = statement.statement.fields();
  DOKAZ_LET(said, books.ledger.is_found(in, fields.chain, fields.seq));
  const bool found = claims_taken_place && !said;
  // Two histories are kept also where the case is full: at most one more statement for each that has its place.
  const std::uint64_t bytes = statement.statement.bytes().size();
  DOKAZ_TRY(found ? books.cases.add(in, bytes) : books.cases.reserve(in, bytes));
  DOKAZ_TRY(books.ledger.keep_fork(in, member, statement, now, found));
  return found ? log_fork(books, in, statement, seen, now) : Status();
}

/// Where the statement stands in its chain: nothing if it is the next one.
Status judge_place(Books& books, const Case& in, const PublicKey& member, const SignedStatement& signed_statement,
                   const TreeHead& seen, std::int64_t now) {
  const auto& fields = signed_statement.statement.fields();
  DOKAZ_LET(end, books.ledger.chain(in, fields.chain, member));
  if (!end) return fields.seq == 0 ? Status() : fail(Errc::broken_chain, "the chain's beginning is missing");
  if (!end->is_theirs) return fail(Errc::broken_chain, "another member's chain");
  // Judged before by what came with it; what it follows may have been refused meanwhile.
  DOKAZ_LET(signer, books.epochs.signer_of(in, member, fields));
  if (!signer) return fail(Errc::broken_chain, "previous statement");
  if (*signer != signed_statement.member) return Errc::wrong_epoch;
  const ChainHead& head = end->head;
  if (fields.seq == head.next_seq && fields.previous == head.head)
    return end->is_closed ? Status(Errc::chain_closed) : Status();

  DOKAZ_LET(follows_fork, books.ledger.follows_fork(in, fields));
  if (fields.seq >= head.next_seq && !follows_fork) return fail(Errc::broken_chain, "previous statement");
  DOKAZ_TRY(keep_fork(books, in, member, signed_statement, !follows_fork, seen, now));
  return Errc::forked_chain;
}

}  // namespace

bool is_refusal(Errc code) {
  return code == Errc::malformed || code == Errc::unsupported_version || code == Errc::bad_signature ||
         code == Errc::not_a_member || code == Errc::broken_chain || code == Errc::forked_chain || code == Errc::chain_closed ||
         code == Errc::quota_exceeded || code == Errc::wrong_epoch || code == Errc::bad_key ||
         code == Errc::key_revoked;
}

namespace {

/// Another key of the member made the signature: worth a word of its own.
bool signed_by_another(const Statement& statement, const Signature& signature, const PublicKey& expected,
                       const PublicKey& member, const std::vector<PublicKey>& keys) {
  const auto by = [&](const PublicKey& key) {
    return key != expected && verify_signature({statement, key, signature}).has_value();
  };
  return by(member) || std::ranges::any_of(keys, by);
}

}  // namespace

Result<Verified<SignedStatement>> judge(const Membership& members, const PublicKey& member,
                                        const std::vector<PublicKey>& keys, BatchSigners& signers,
                                        const Submit::Item& item) {
  DOKAZ_LET(statement, Statement::parse(item.statement));
  if (statement.fields().seq > max_integer) return fail(Errc::malformed, "seq");
  DOKAZ_LET(signer, signers.signer_of(statement.fields()));
  if (!signer) {
    // Of a chain of theirs it would be told what it lacks; otherwise that it is none of theirs.
    DOKAZ_TRY(members.check_by({statement, keys.back(), item.signature}, keys.back(), member));
    return fail(Errc::broken_chain, "previous statement");
  }
  auto checked = members.check_by({statement, *signer, item.signature}, *signer, member);
  if (checked) signers.passed(**checked);
  else if (checked.code() == Errc::bad_signature && signed_by_another(statement, item.signature, *signer, member, keys))
    return Errc::wrong_epoch;
  return checked;
}

Result<Entry> accept(Books& books, const Case& to, const Membership& members, const PublicKey& member,
                     const Verified<SignedStatement>& checked, const TreeHead& seen, std::int64_t now) {
  const auto& fields = checked->statement.fields();
  DOKAZ_LET(known, books.ledger.find(to, checked->statement.hash()));
  if (known) {
    if (known->member != member) return fail(Errc::broken_chain, "another member's chain");
    return std::move(*known);
  }
  DOKAZ_TRY(judge_place(books, to, member, *checked, seen, now));
  // In the order of the log nothing follows by a key that another one followed, in whatever chain.
  DOKAZ_LET(newest, books.epochs.newest(to, member));
  if (newest != checked->member) return Errc::wrong_epoch;
  if (fields.next_key) DOKAZ_TRY(books.epochs.may_begin(to, members, member, *checked));
  DOKAZ_TRY(books.holdings.check_sizes(to, fields.objects));
  DOKAZ_LET(bytes, books.holdings.additional_bytes(to, fields.objects));
  if (bytes > max_integer - max_statement_size) return Errc::quota_exceeded;
  DOKAZ_TRY(reserve(books, to, member, checked->statement.bytes().size(), bytes));
  DOKAZ_LET(entry, books.ledger.append(to, member, *checked, std::nullopt));
  if (fields.next_key) DOKAZ_TRY(books.epochs.begin(to, entry, fields.next_key->key));
  DOKAZ_TRY(books.holdings.name(to, entry, fields.objects));
  return entry;
}

Status answer(Books& books, const Case& in, std::int64_t statement_row, const Statement& statement,
              const TreeHead& seen, std::int64_t now) {
  DOKAZ_LET(chain, own_chain(books, in, seen, now));
  const Fact answered = Fact::text("statement", hex(statement.hash()));
  StatementFields fields = next_link(chain, seen, now);
  fields.act = Act::receive;
  fields.objects = statement.fields().objects;
  fields.facts = {answered.digest()};
  DOKAZ_LET(receive, Statement::make(std::move(fields)));
  DOKAZ_TRY(books.ledger.append(in, books.key.public_key(), sign_statement(std::move(receive), books.key),
                                Answer{statement_row, answered.disclosure()}));
  return {};
}

}  // namespace dokaz::server
