// SPDX-License-Identifier: GPL-3.0-or-later
// Proofs of what a member has sent: against the newest checkpoint that witnesses have cosigned, or another one.
#include "sync-server/store/custody_impl.hpp"

namespace dokaz::server {

Result<Proofs> Custody::Impl::prove(Session& session, const Prove& request, const Checkpoint& newest) {
  DOKAZ_LET(reader, readers.take());
  DOKAZ_LET(entered, enter(reader->cases, reader->epochs, session));
  const auto view = log.view();  // not before: it must reach as far
  Proofs out;
  DOKAZ_LET(consistency, view->prove_history(request.seen_size, newest.head.size));
  out.consistency = std::move(consistency);
  for (const StatementHash& hash : request.statements) {
    Proofs::Proof& proof = out.proofs.emplace_back();
    DOKAZ_LET(entry, reader->ledger.find(entered.in, hash));
    if (!entry || entry->member != entered.member.key || entry->index >= newest.head.size) continue;
    DOKAZ_LET(statement, receipt_for(*entry, newest, *view));
    proof.statement = std::move(statement);
    DOKAZ_LET(received, reader->ledger.answer_to(entry->row));
    if (!received || received->index >= newest.head.size) continue;
    DOKAZ_LET(receive, receipt_for(*received, newest, *view));
    proof.receive = std::move(receive);
  }
  return out;
}

Result<Proofs> Custody::prove(Session& session, const Prove& request) {
  return impl_->prove(session, request, impl_->vouched->newest());
}

Result<Proofs> Custody::prove_under(Session& session, const Prove& request, const Checkpoint& checkpoint) {
  return impl_->prove(session, request, checkpoint);
}

}  // namespace dokaz::server
