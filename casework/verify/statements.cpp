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

Result<std::vector<Proven>> check_chain(Parts& parts, const Proven& item, const Membership& members,
                                        const Policy& given, const Policy& enclosed) {
  const StatementFields& last = item.logged.statement.statement.fields();
  // Each earlier statement is a file; so a huge number here asks for files that are not there.
  std::vector<Proven> before;
  for (std::uint64_t seq = 0; seq < last.seq; ++seq) {
    DOKAZ_LET(proven, check_proven(parts, part::chain(seq), false, members, given, enclosed));
    before.push_back(std::move(proven));
  }
  const Proven* previous = nullptr;
  for (std::uint64_t seq = 0; seq <= last.seq; ++seq) {
    const Proven& now = seq == last.seq ? item : before[seq];
    const StatementFields& fields = now.logged.statement.statement.fields();
    parts.at(seq == last.seq ? std::string(part::item) : part::chain(seq));
    if (fields.chain != last.chain || fields.seq != seq) return fail(Errc::broken_chain, "another chain or place");
    if (now.logged.statement.member != item.logged.statement.member)
      return fail(Errc::broken_chain, "signed by another member");
    if (previous != nullptr) {
      const StatementFields& older = previous->logged.statement.statement.fields();
      if (fields.previous != previous->logged.statement.statement.hash())
        return fail(Errc::broken_chain, "does not name the statement before it");
      if (older.act == Act::close) return fail(Errc::chain_closed, "the statement before it closed the chain");
      if (now.logged.index <= previous->logged.index)
        return fail(Errc::broken_chain, "the log has it before its predecessor");
      if (fields.seen.size < older.seen.size) return fail(Errc::broken_chain, "has seen less than its predecessor");
    }
    previous = &now;
  }
  return before;
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
