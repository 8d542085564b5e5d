// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/sync/cosigned.hpp"

#include <algorithm>

#include "collector/sync/without_lock.hpp"

namespace dokaz {
namespace {

Status keep_proofs(Vault& vault, std::span<const OwnStatement> asked, const Proofs& answer, std::size_t& cosigned) {
  if (answer.proofs.size() != asked.size()) return fail(Errc::out_of_turn, "another number of answers");
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const Proofs::Proof& proof = answer.proofs[i];
    if (proof.statement.empty() || proof.receive.empty()) continue;
    const Status kept = vault.keep_cosigned(asked[i].number(), {proof.statement, proof.receive}, answer.consistency);
    // The server's own policy may ask for fewer witnesses than the case's.
    if (!kept && kept.code() != Errc::policy_unmet) return kept;
    if (kept) ++cosigned;
  }
  return {};
}

}  // namespace

Status collect_cosigned(Vault& vault, const Pause& pause, Client& client, std::size_t& cosigned) {
  DOKAZ_LET(all, vault.statements());
  std::erase_if(all, [](const OwnStatement& own) { return own.state() != CustodyState::stored; });
  for (std::size_t from = 0; from < all.size(); from += max_statements_per_prove) {
    const auto batch = std::span(all).subspan(from, std::min(max_statements_per_prove, all.size() - from));
    DOKAZ_LET(seen, vault.seen());
    Prove request;
    request.seen_size = seen.size;
    for (const OwnStatement& own : batch) request.statements.push_back(own.signed_statement.statement.hash());
    DOKAZ_LET(answer, without_lock(vault, pause, [&] { return client.prove(std::move(request)); }));
    DOKAZ_TRY(keep_proofs(vault, batch, answer, cosigned));
  }
  return {};
}

}  // namespace dokaz
