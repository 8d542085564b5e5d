// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/sync/sync.hpp"

#include <algorithm>

#include "collector/sync/uploads.hpp"

namespace dokaz {
namespace {

/// The server answered, and there is one answer for each statement that was sent.
Status keep_outcomes(Vault& vault, std::span<const OwnStatement> sent, const Submitted& answer,
                     SyncReport& report) {
  if (answer.outcomes.size() != sent.size()) return fail(Errc::out_of_turn, "another number of answers");
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const Submitted::Outcome& outcome = answer.outcomes[i];
    // A statement that does not enter the log keeps those after it in the chain out, too.
    if (outcome.failure) return fail(*outcome.failure, "statement " + std::to_string(sent[i].number()));
    DOKAZ_TRY(vault.keep_receipt(sent[i].number(), outcome.tlog_proof));
    ++report.logged;
  }
  return {};
}

Status submit_statements(Vault& vault, Client& client, SyncReport& report, const Progress& progress) {
  DOKAZ_LET(waiting, vault.statements());
  std::erase_if(waiting, [](const OwnStatement& own) { return own.state() != CustodyState::sealed; });
  for (std::size_t from = 0; from < waiting.size(); from += max_statements_per_submit) {
    const auto batch =
        std::span(waiting).subspan(from, std::min(max_statements_per_submit, waiting.size() - from));
    Submit request;
    for (const OwnStatement& own : batch)
      request.items.push_back({own.signed_statement.statement.bytes(), own.signed_statement.signature});
    DOKAZ_LET(answer, client.submit(std::move(request)));
    DOKAZ_TRY(keep_outcomes(vault, batch, answer, report));
    progress(from + batch.size(), waiting.size());
  }
  return {};
}

Status collect_stored(Vault& vault, Client& client, const std::set<ObjectId>& kept, SyncReport& report) {
  DOKAZ_LET(all, vault.statements());
  for (const OwnStatement& own : all) {
    const auto& objects = own.signed_statement.statement.fields().objects;
    const bool whole = std::all_of(objects.begin(), objects.end(),
                                   [&](const ObjectRef& object) { return kept.contains(object.id); });
    if (!own.has_objects() || own.state() != CustodyState::logged || !whole) continue;
    DOKAZ_LET(answer, client.collect(own.signed_statement.statement.hash()));
    DOKAZ_TRY(vault.keep_stored(own.number(), {answer.receive, answer.answered, answer.tlog_proof}));
    ++report.stored;
  }
  return {};
}

/// Connected, and the log is the one that was seen before.
Result<Client> connect(Vault& vault, const ServerAddress& server, const Deadlines& deadlines) {
  DOKAZ_LET(seen, vault.seen());
  const ClientIdentity identity{vault.view().root.fingerprint(), &vault.member_key(),
                                AdmissionNotes{vault.ticket(), vault.admission()}};
  DOKAZ_LET(client, Client::connect(server, vault.pins(), identity, seen.size, deadlines));
  DOKAZ_TRY(vault.keep_checkpoint(client.welcome().checkpoint, client.welcome().consistency));
  return client;
}

bool is_broken_line(Errc code) {
  return code == Errc::connection_lost || code == Errc::timed_out || code == Errc::unreachable;
}

/// Proofs that witnesses vouch for, of what is stored. What they do not cover yet, a later run finds.
Status collect_cosigned(Vault& vault, Client& client, SyncReport& report) {
  DOKAZ_LET(all, vault.statements());
  std::erase_if(all, [](const OwnStatement& own) { return own.state() != CustodyState::stored; });
  for (std::size_t from = 0; from < all.size(); from += max_statements_per_prove) {
    const auto batch = std::span(all).subspan(from, std::min(max_statements_per_prove, all.size() - from));
    DOKAZ_LET(seen, vault.seen());
    Prove request;
    request.seen_size = seen.size;
    for (const OwnStatement& own : batch) request.statements.push_back(own.signed_statement.statement.hash());
    DOKAZ_LET(answer, client.prove(std::move(request)));
    if (answer.proofs.size() != batch.size()) return fail(Errc::out_of_turn, "another number of answers");
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const Proofs::Proof& proof = answer.proofs[i];
      if (proof.statement.empty() || proof.receive.empty()) continue;
      const Status kept =
          vault.keep_cosigned(batch[i].number(), {proof.statement, proof.receive}, answer.consistency);
      // The server's own policy may ask for fewer witnesses than the case's.
      if (!kept && kept.code() != Errc::policy_unmet) return kept;
      if (kept) ++report.cosigned;
    }
  }
  return {};
}

/// The log has grown by what was sent: the newest checkpoint is what statements made offline will name as
/// seen. A line that breaks now loses nothing; a log that is another one than before is a failure.
Status look_again(Vault& vault, const ServerAddress& server, const Deadlines& deadlines, SyncReport& report) {
  auto client = connect(vault, server, deadlines);
  const Status looked = client ? Status() : Status(client.error());
  const Status asked = client && vault.view().policy.needs_witnesses() ? collect_cosigned(vault, *client, report) : looked;
  return !asked && is_broken_line(asked.code()) ? Status() : asked;
}

Status keep_fork(Vault& vault, const Status& submitted) {
  const bool found = !submitted && submitted.code() == Errc::forked_chain;
  if (!submitted && !found) return {};
  DOKAZ_LET(known, vault.forked());
  return known == found ? Status() : vault.keep_forked(found);
}

Status remember(SyncReport& report, const Status& step) {
  if (!step && !report.failure) report.failure = step.error();
  return step;
}

}  // namespace

Result<SyncReport> sync(Vault& vault, const ServerAddress& server, const Deadlines& deadlines,
                        const SyncProgress& progress) {
  SyncReport report;
  auto client = connect(vault, server, deadlines);
  if (!client) {
    report.failure = client.error();
    return report;
  }
  // Each step works on what the steps before achieved, also in earlier runs.
  const Status submitted = submit_statements(vault, *client, report, progress.statements);
  static_cast<void>(remember(report, submitted));
  static_cast<void>(remember(report, keep_fork(vault, submitted)));
  DOKAZ_LET(waiting, waiting_objects(vault));
  Uploads uploads = upload_objects(vault, *client, waiting, progress.bytes);
  static_cast<void>(remember(report, uploads.outcome));
  report.lost = std::move(uploads.lost);
  static_cast<void>(remember(report, collect_stored(vault, *client, uploads.kept, report)));
  if (!report.failure && (report.logged + report.stored > 0 || vault.view().policy.needs_witnesses()))
    static_cast<void>(remember(report, look_again(vault, server, deadlines, report)));
  if (!report.failure && !report.lost.empty()) {
    const auto& [item, code] = *report.lost.begin();
    report.failure = fail(code, "item " + std::to_string(item) + " lost a sealed object on this device");
  }
  return report;
}

}  // namespace dokaz
