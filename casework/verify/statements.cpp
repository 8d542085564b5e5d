// SPDX-License-Identifier: GPL-3.0-or-later
// Statements in the log, the chain that they form, and the one history that they must share.
#include "casework/verify/checks.hpp"

namespace dokaz {

Result<Proven> check_proven(Parts& parts, const std::string& path, bool with_sigsum, const Membership& members,
                            const Policy& given, const Policy& enclosed) {
  DOKAZ_LET(statement_bytes, parts.need(path));
  DOKAZ_LET(statement, Statement::parse(statement_bytes));
  DOKAZ_LET(proof_bytes, parts.need(path + std::string(part::tlog_proof)));
  DOKAZ_LET(receipt, read_tlog_proof(proof_bytes));
  DOKAZ_LET(logged, check_receipt(statement, receipt, members, given));
  // What the signer had verified cannot be newer than the place where the log put the statement.
  if (statement.fields().seen.size > logged.index) {
    parts.at(path);
    return fail(Errc::broken_chain, "names a checkpoint newer than its own place in the log");
  }
  if (with_sigsum) {
    DOKAZ_LET(sigsum_bytes, parts.need(path + std::string(part::sigsum_proof)));
    DOKAZ_LET(expected, write_sigsum_proof(receipt, enclosed));
    if (sigsum_bytes != expected) return fail(Errc::malformed, "says something else than the .tlog-proof");
  }
  return Proven{std::move(logged), std::move(receipt)};
}

Result<ProvenChain> check_chain(Parts& parts, Membership& members, const Policy& given, const Policy& enclosed) {
  DOKAZ_LET(item_bytes, parts.need(part::item));
  DOKAZ_LET(item_statement, Statement::parse(item_bytes));
  const StatementFields& last = item_statement.fields();
  // Each earlier statement is a file; so a huge number here asks for files that are not there.
  std::vector<Proven> all;
  for (std::uint64_t seq = 0; seq <= last.seq; ++seq) {
    const bool is_item = seq == last.seq;
    const std::string path = is_item ? std::string(part::item) : part::chain(seq);
    DOKAZ_LET(now, check_proven(parts, path, is_item, members, given, enclosed));
    parts.at(path);
    const StatementFields& fields = now.logged.statement.statement.fields();
    if (fields.chain != last.chain || fields.seq != seq) return fail(Errc::broken_chain, "another chain or place");
    if (!all.empty()) {
      const SignedStatement& before = all.back().logged.statement;
      const StatementFields& older = before.statement.fields();
      if (fields.previous != before.statement.hash())
        return fail(Errc::broken_chain, "does not name the statement before it");
      if (older.act == Act::close) return fail(Errc::chain_closed, "the statement before it closed the chain");
      if (members.first_of(now.logged.statement.member) != members.first_of(before.member))
        return fail(Errc::broken_chain, "signed by another member");
      if (now.logged.statement.member != next_signer(before)) return fail(Errc::wrong_epoch, "the key of another epoch");
      if (now.logged.index <= all.back().logged.index)
        return fail(Errc::broken_chain, "the log has it before its predecessor");
      if (fields.seen.size < older.seen.size) return fail(Errc::broken_chain, "has seen less than its predecessor");
    }
    if (fields.next_key) {
      DOKAZ_LET(rotation, members.check(now.logged.statement));
      DOKAZ_TRY(members.learn(rotation));
    }
    all.push_back(std::move(now));
  }
  Proven item = std::move(all.back());
  all.pop_back();
  return ProvenChain{std::move(all), std::move(item)};
}

Status check_item_act(Parts& parts, const Statement& item) {
  const Act act = item.fields().act;
  parts.at(part::item);
  if (act != Act::seal && act != Act::derive && act != Act::redact)
    return fail(Errc::malformed, "this act makes no item");
  return {};
}

Status check_one_history(Parts& parts, const std::vector<const Proven*>& proven) {
  std::map<std::uint64_t, TreeHash> roots;
  for (const Proven* one : proven) {
    const TreeHead& head = one->logged.checkpoint.checkpoint.head;
    const Seen& seen = one->logged.statement.statement.fields().seen;
    parts.at("data");
    if (roots.emplace(head.size, head.root).first->second != head.root)
      return fail(Errc::bad_consistency, "two checkpoints of one size");
    if (seen.size != 0 && roots.emplace(seen.size, seen.root).first->second != seen.root)
      return fail(Errc::bad_consistency, "a statement names another history of the log");
  }
  return {};
}

}  // namespace dokaz
