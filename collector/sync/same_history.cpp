// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/sync/same_history.hpp"

#include <algorithm>

#include "collector/sync/without_lock.hpp"

namespace dokaz {
namespace {

Status check_head(const Receipt& receipt, const Seen& seen, const ConsistencyPath& path) {
  DOKAZ_LET(checkpoint, parse_checkpoint(receipt.checkpoint));
  if (checkpoint.head.size == seen.size && checkpoint.head.root != seen.root)
    return fail(Errc::server_rolled_back, "another log of the same size");
  return verify_one_history({seen.size, seen.root}, checkpoint.head, path);
}

Status check_one(const Vault& vault, const OwnStatement& own, const Proofs::Proof& proof, const Seen& seen,
                 const ConsistencyPath& path) {
  const Statement& statement = own.signed_statement.statement;
  DOKAZ_LET(receipt, read_tlog_proof(proof.statement));
  if (receipt.member != own.signed_statement.member.hash())
    return fail(Errc::bad_signature, "the receipt is for another key");
  DOKAZ_TRY(check_log_receipt(statement, receipt, vault.view().members, vault.view().policy));
  DOKAZ_TRY(check_head(receipt, seen, path));
  DOKAZ_LET(receive, Statement::parse(own.stored->receive));
  DOKAZ_LET(answered, Fact::parse(own.stored->answered));
  DOKAZ_LET(received, read_tlog_proof(proof.receive));
  DOKAZ_TRY(check_log_stored(statement, StoredReceipt{std::move(receive), std::move(answered), received},
                             vault.view().members, vault.view().policy));
  return check_head(received, seen, path);
}

/// An answer that cannot be read says nothing of the log.
bool contradicts(Errc code) {
  return code == Errc::bad_consistency || code == Errc::server_rolled_back || code == Errc::bad_inclusion;
}

}  // namespace

Status check_same_history(Vault& vault, const Pause& pause, Client& client, const std::vector<OwnStatement>& received,
                          std::size_t& unproved) {
  DOKAZ_LET(seen, vault.seen());
  if (seen.size == 0) return {};
  Status first;  // one receipt that does not hold must not keep the others from being confirmed
  for (std::size_t from = 0; from < received.size(); from += max_statements_per_prove) {
    const auto batch = std::span(received).subspan(from, std::min(max_statements_per_prove, received.size() - from));
    Prove request;
    request.seen_size = seen.size;
    for (const OwnStatement& own : batch) request.statements.push_back(own.signed_statement.statement.hash());
    DOKAZ_LET(answer, without_lock(vault, pause, [&] { return client.prove(std::move(request)); }));
    if (answer.proofs.size() != batch.size()) return fail(Errc::out_of_turn, "another number of answers");
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const Proofs::Proof& proof = answer.proofs[i];
      if (proof.statement.empty() || proof.receive.empty()) {
        ++unproved;
        continue;
      }
      const Status stands = check_one(vault, batch[i], proof, seen, answer.consistency);
      if (stands || contradicts(stands.code()))
        DOKAZ_TRY(vault.keep_history(batch[i].number(), stands ? History::confirmed : History::contradicted));
      if (first && !stands) first = stands;
    }
  }
  return first;
}

}  // namespace dokaz
