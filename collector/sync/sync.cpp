// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/sync/sync.hpp"

#include <set>

#include "collector/sync/clock_check.hpp"
#include "collector/sync/cosigned.hpp"
#include "collector/sync/judge.hpp"
#include "collector/sync/same_history.hpp"
#include "collector/sync/statements.hpp"
#include "collector/sync/uploads.hpp"
#include "collector/sync/without_lock.hpp"
#include "crypto/counted.hpp"

namespace dokaz {
namespace {

/// One run. Each step works on what the steps before achieved, also in earlier runs.
class Run {
 public:
  Run(Vault& vault, const SyncOrder& order, const SyncProgress& progress)
      : vault_(vault), order_(order), progress_(progress), reach_(vault, order.server, order.line),
        pause_(order.line.stop), clock_(order.clock()) {}

  /// The failure is the vault's.
  Status go() {
    const Status connected = connect();
    // It stays so until a run succeeds: nothing more is signed for a chain that goes on elsewhere.
    if (!connected && connected.code() == Errc::wrong_epoch && vault_.has_lock()) DOKAZ_TRY(vault_.keep_key_over());
    if (!connected) return remember(connected);
    DOKAZ_TRY(bring());
    DOKAZ_LET(unconfirmed, unconfirmed_now());
    const bool changed = report_.logged + report_.stored + report_.acts > 0 || !unconfirmed.empty();
    if (!report_.failure && (changed || vault_.view().policy.needs_witnesses())) DOKAZ_TRY(look_again());
    name_lost();
    report_.clock_off = clock_.off();
    const bool sent = report_.logged + report_.stored + report_.acts > 0;  // that can take hours, in which a copy of this vault may sync
    return order_.at_good_end && !report_.failure && (compared_since_ || !sent) ? change_key() : Status();
  }

  SyncReport& report() { return report_; }

 private:
  /// Connected, and the log is the one that was seen before.
  Status connect() {
    client_.reset();
    DOKAZ_LET(seen, vault_.seen());
    reach_.saw(seen);
    DOKAZ_LET(made, without_lock(vault_, pause_, [this] { return reach_.connect(); }));
    DOKAZ_TRY(vault_.keep_checkpoint(made.welcome().checkpoint, made.welcome().consistency));
    if (!made.welcome().roster.empty()) {
      // A roster that cannot be taken is told, and keeps no evidence on the device: what is sealed stays sealed for the keys of before.
      const Status kept = vault_.keep_roster(made.welcome().roster);
      if (!kept && kept.code() != Errc::malformed) return kept;
      DOKAZ_TRY(remember(kept));
    }
    DOKAZ_LET(newest, vault_.seen());
    reach_.saw(newest);
    const auto note = Note::parse(made.welcome().checkpoint);
    if (note) clock_.cosigned(vault_.view().policy, *note, order_.clock());
    client_ = std::move(made);
    return {};
  }

  /// Statements, then objects; and once more where objects made room for statements: the quota counts what was
  /// named and not brought.
  Status bring() {
    for (;;) {
      const std::size_t stored = report_.stored + report_.acts;
      Status submitted = compare_chain(vault_, client_->welcome(), report_.server_ahead);
      if (submitted && order_.before_statements) order_.before_statements(vault_);
      if (submitted) submitted = submit_statements(vault_, order_, reach_, client_, report_.logged, progress_.statements);
      if (!vault_.has_lock()) return submitted;
      DOKAZ_TRY(keep_fork(submitted));
      const bool no_room = !submitted && submitted.code() == Errc::quota_exceeded;
      if (!no_room) DOKAZ_TRY(remember(submitted));
      if (!submitted && !others_may_pass(submitted.code())) return {};
      DOKAZ_TRY(bring_objects());
      if (!no_room) return {};
      if (report_.stored + report_.acts == stored || report_.failure) return remember(submitted);
      if (const Status again = connect(); !again) return remember(again);
    }
  }

  Status bring_objects() {
    DOKAZ_LET(waiting, waiting_objects(vault_));
    std::set<std::uint64_t> acts;
    for (const WaitingObject& one : waiting)
      if (!one.is_item) acts.insert(one.item);
    DOKAZ_LET(uploads, upload_objects(vault_, order_, reach_, std::exchange(client_, {}), std::move(waiting), progress_.bytes));
    for (const std::uint64_t number : uploads.stored) ++(acts.contains(number) ? report_.acts : report_.stored);
    report_.lost.merge(uploads.lost);
    for (const std::int64_t time : uploads.times) clock_.shown_now(time, order_.clock());
    return remember(uploads.outcome);
  }

  Status keep_fork(const Status& submitted) {
    // A close that this vault did not sign is another statement in its chain, too.
    const bool found = !submitted && (submitted.code() == Errc::forked_chain || submitted.code() == Errc::chain_closed);
    if (!submitted && !found) return {};
    DOKAZ_LET(known, vault_.forked());
    return known == found ? Status() : vault_.keep_forked(found);
  }

  /// The log has grown by what was sent: the newest checkpoint is what statements made offline will name as seen. A
  /// line that breaks now, and a server that has no place now, lose nothing; a log that is another one than before
  /// is a failure.
  Status look_again() {
    Status looked = connect();
    if (looked) {
      const Status compared = compare_chain(vault_, client_->welcome(), report_.server_ahead);
      if (!compared) DOKAZ_TRY(keep_fork(compared));
      compared_since_ = compared.has_value();
      looked = compared;
    }
    if (looked) {
      DOKAZ_LET(received, unconfirmed_now());
      looked = check_same_history(vault_, pause_, *client_, received, report_.unproved);
    }
    if (looked && vault_.view().policy.needs_witnesses())
      looked = collect_cosigned(vault_, pause_, *client_, report_.cosigned);
    const bool harmless = !looked && !stops_for_good(looked.code()) && vault_.has_lock();
    return harmless ? Status() : remember(looked);
  }

  /// What it signs is brought by a connection of its own: the server knows the new key by it. Where that fails, the next
  /// run does it, and the report says so.
  Status change_key() {
    if (!order_.at_good_end(vault_)) return {};
    report_.key_changed = true;
    Status brought = connect();
    if (brought) brought = submit_statements(vault_, order_, reach_, client_, report_.logged, progress_.statements);
    report_.key_brought = brought.has_value();
    if (!vault_.has_lock()) return brought;
    if (!brought && brought.code() == Errc::wrong_epoch) DOKAZ_TRY(vault_.keep_key_over());
    if (!brought) DOKAZ_TRY(keep_fork(brought));
    const bool harmless = !brought && !stops_for_good(brought.code());
    return harmless ? Status() : remember(brought);
  }

  /// What was received, in this run or before, and not seen in the log that is watched.
  Result<std::vector<OwnStatement>> unconfirmed_now() {
    std::vector<OwnStatement> received;
    DOKAZ_LET(all, vault_.summaries());
    for (const OwnSummary& own : all) {
      if (!own.stored || own.history == History::confirmed) continue;
      DOKAZ_LET(whole, vault_.statement(own.number()));
      received.push_back(std::move(whole));
    }
    return received;
  }

  void name_lost() {
    if (report_.failure || report_.lost.empty()) return;
    const auto& [item, code] = *report_.lost.begin();
    report_.failure = fail(code, counted("item {} lost a sealed object on this device", {std::to_string(item)}));
  }

  /// A failure that ends what is done, and not the run; but for one that leaves the vault to somebody else.
  Status remember(const Status& step) {
    if (!step && !report_.failure) report_.failure = step.error();
    return step || vault_.has_lock() ? Status() : step;
  }

  Vault& vault_;
  const SyncOrder& order_;
  const SyncProgress& progress_;
  Reach reach_;
  const Pause pause_;
  ClockCheck clock_;
  std::optional<Client> client_;
  SyncReport report_;
  bool compared_since_ = false;  // the server's head of this chain with the vault's, after all that was sent
};

}  // namespace

Result<SyncReport> sync(Vault& vault, const SyncOrder& order, const SyncProgress& progress) {
  DOKAZ_LET(turn, vault.take_sync_turn());
  DOKAZ_TRY(vault.begin_run(order.clock()));
  Run run(vault, order, progress);
  const Status went = run.go();
  if (!went && !vault.has_lock()) return went.error();
  SyncReport& report = run.report();
  const auto failure = went ? report.failure : went.error();
  SyncRun ended;
  ended.ended = order.clock();
  if (failure) ended.failure = failure->code;
  ended.server_ahead = report.server_ahead;
  ended.clock_off = report.clock_off;
  const Status kept = vault.end_run(ended);
  if (!went) return went.error();
  if (!kept) return kept.error();
  return std::move(report);
}

}  // namespace dokaz
