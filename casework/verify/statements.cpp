// SPDX-License-Identifier: GPL-3.0-or-later
// Statements in the log, the chain that they form, and the one history that they must share.
#include "casework/verify/checks.hpp"

namespace dokaz {

Result<Unproven> read_unproven(Parts& parts, const std::string& path) {
  DOKAZ_LET(statement_bytes, parts.need(path));
  DOKAZ_LET(statement, Statement::parse(statement_bytes));
  DOKAZ_LET(proof_bytes, parts.need(path + std::string(part::tlog_proof)));
  DOKAZ_LET(receipt, read_tlog_proof(proof_bytes));
  return Unproven{std::move(statement), std::move(receipt)};
}

Result<Proven> prove(const Statement& statement, const Receipt& receipt, const Authority& authority, Checkpoints& checkpoints) {
  const Membership& members = authority.members;
  const auto checkpoint = checkpoints.check(receipt.checkpoint);
  if (!checkpoint) {
    // The signer is named before the log, as where the log holds.
    const Member* member = members.find(receipt.member);
    if (member == nullptr) return fail(Errc::not_a_member, "key hash");
    DOKAZ_TRY(members.check({statement, member->key, receipt.signature}));
    return checkpoint.error();
  }
  DOKAZ_LET(logged, check_receipt(statement, receipt, members, **checkpoint));
  const auto closed = authority.closed.find(members.first_of(logged.statement.member));
  if (closed != authority.closed.end() && logged.index >= closed->second)
    return fail(Errc::key_revoked, "the invitation was closed before this was logged");
  return Proven{std::move(logged.statement), logged.index, &***checkpoint};
}

Status check_seen(const Proven& proven) {
  if (proven.fields().seen.size <= proven.index) return {};
  return fail(Errc::broken_chain, "names a checkpoint newer than its own place in the log");
}

Result<Proven> check_proven(Parts& parts, const std::string& path, const Unproven& read, const Policy* enclosed,
                            const Authority& authority, Checkpoints& checkpoints) {
  parts.at(path + std::string(part::tlog_proof));
  const auto& [statement, receipt] = read;
  DOKAZ_LET(proven, prove(statement, receipt, authority, checkpoints));
  if (const Status seen = check_seen(proven); !seen) {
    parts.at(path);
    return seen.error();
  }
  if (enclosed != nullptr) {
    DOKAZ_LET(sigsum_bytes, parts.need(path + std::string(part::sigsum_proof)));
    DOKAZ_LET(expected, write_sigsum_proof(receipt, *enclosed));
    if (sigsum_bytes != expected) return fail(Errc::malformed, "says something else than the .tlog-proof");
  }
  return proven;
}

Status check_follows(const Proven& before, const Proven& now, const Membership& members) {
  const StatementFields& fields = now.fields();
  const StatementFields& older = before.fields();
  if (fields.previous != before.statement.statement.hash())
    return fail(Errc::broken_chain, "does not name the statement before it");
  if (older.act == Act::close) return fail(Errc::chain_closed, "the statement before it closed the chain");
  if (members.first_of(now.statement.member) != members.first_of(before.statement.member))
    return fail(Errc::broken_chain, "signed by another member");
  if (now.statement.member != next_signer(before.statement)) return fail(Errc::wrong_epoch, "the key of another epoch");
  if (now.index <= before.index) return fail(Errc::broken_chain, "the log has it before its predecessor");
  if (fields.seen.size < older.seen.size) return fail(Errc::broken_chain, "has seen less than its predecessor");
  return {};
}

Result<ProvenChain> check_chain(Parts& parts, Ground& ground, Checkpoints& checkpoints) {
  DOKAZ_LET(item_bytes, parts.need(part::item));
  DOKAZ_LET(item_statement, Statement::parse(item_bytes));
  const StatementFields& last = item_statement.fields();
  Membership& members = ground.authority.members;
  // Each earlier statement is a file; so a huge number here asks for files that are not there.
  std::vector<Proven> all;
  for (std::uint64_t seq = 0; seq <= last.seq; ++seq) {
    const bool is_item = seq == last.seq;
    const std::string path = is_item ? std::string(part::item) : part::chain(seq);
    DOKAZ_LET(read, read_unproven(parts, path));
    DOKAZ_LET(now, check_proven(parts, path, read, is_item ? &ground.enclosed : nullptr, ground.authority, checkpoints));
    parts.at(path);
    const StatementFields& fields = now.fields();
    if (fields.chain != last.chain || fields.seq != seq) return fail(Errc::broken_chain, "another chain or place");
    if (!all.empty()) DOKAZ_TRY(check_follows(all.back(), now, members));
    if (fields.next_key) {
      DOKAZ_LET(rotation, members.check(now.statement));
      DOKAZ_TRY(members.learn(rotation));
    }
    all.push_back(std::move(now));
  }
  Proven item = std::move(all.back());
  all.pop_back();
  return ProvenChain{std::move(all), std::move(item)};
}

Status check_item_act(Parts& parts, const std::string& path, const Statement& item) {
  const Act act = item.fields().act;
  parts.at(path);
  if (act != Act::seal && act != Act::derive && act != Act::redact)
    return fail(Errc::malformed, "this act makes no item");
  return {};
}

Status add_head(Heads& heads, const TreeHead& head) {
  if (heads.emplace(head.size, head.root).first->second == head.root) return {};
  return fail(Errc::bad_consistency, "two checkpoints of one size");
}

Status check_one_history(Parts& parts, const std::vector<const Proven*>& proven, Heads& heads) {
  for (const Proven* one : proven) {
    const Seen& seen = one->fields().seen;
    parts.at("data");
    DOKAZ_TRY(add_head(heads, one->head()));
    if (seen.size != 0 && heads.emplace(seen.size, seen.root).first->second != seen.root)
      return fail(Errc::bad_consistency, "a statement names another history of the log");
  }
  return {};
}

}  // namespace dokaz
