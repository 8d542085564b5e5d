// SPDX-License-Identifier: GPL-3.0-or-later
// A sync that stays: it runs when something new is sealed, and again after a failure, later each time.
//
// Between two runs the vault is closed; what is kept of it is its room's key, in guarded memory, and no passphrase.
#include "collector/cli/sync_watch.hpp"

#include <nlohmann/json.hpp>

#include "collector/cli/line_options.hpp"
#include "collector/cli/open_vault.hpp"
#include "collector/sync/outbox_watch.hpp"
#include "collector/sync/watch_plan.hpp"
#include "collector/vault/kernel_key.hpp"
#include "collector/vault/schema.hpp"
#include "console/say.hpp"

namespace dokaz::cli {
namespace {

/// A burst of new items is one run.
constexpr std::chrono::milliseconds settles_in{2'000};

class Watch {
 public:
  Watch(const Common& common, const SyncOptions& options, const UnlockedVault& key, OutboxWatch outbox)
      : common_(common), options_(options), key_(key), outbox_(std::move(outbox)) {}

  int run(const StopRequest& stop) {
    const auto asked = [&stop] { return stop.came(); };
    for (;;) {
      outbox_.forget();
      bool awaits_witnesses = false;
      const std::optional<Error> failure = run_once(stop, awaits_witnesses);
      if (stop.came()) return exit_ok;
      const auto next = plan_.after(failure ? std::optional(failure->code) : std::nullopt, awaits_witnesses);
      if (!next) return report(common_, Command::sync, *failure);
      say_wait(failure, *next);
      const auto woken = next->wakes_when_sealed ? outbox_.wait(next->wait, asked) : wait_out(next->wait, asked);
      if (woken == OutboxWatch::Woken::sealed) static_cast<void>(Pause(asked).wait(settles_in));
      if (stop.came()) return exit_ok;
    }
  }

 private:
  std::optional<Error> run_once(const StopRequest& stop, bool& awaits_witnesses) {
    if (key_.by_kept_key && !find_key(common_.vault)) return fail(Errc::no_passphrase, "the vault was locked");
    auto vault = Vault::open(common_.vault, key_.room, Reserve::may_be_used);
    // Another command is at work: it ends in a moment.
    if (!vault && vault.code() == Errc::busy)
      Pause([&stop] { return stop.came(); }).until([&] {
        vault = Vault::open(common_.vault, key_.room, Reserve::may_be_used);
        return vault || vault.code() != Errc::busy;
      }, std::chrono::minutes(1));
    if (!vault) return vault.error();
    const auto outcome = sync_once(common_, options_, *vault, stop);
    if (!outcome) return outcome.error();
    awaits_witnesses = outcome->left.not_cosigned > 0;
    const auto& failure = outcome->report.failure;
    if (common_.console.json) print_json(common_, json_of(*outcome));
    else if (!common_.console.quiet && (failure || outcome->report.logged + outcome->report.stored + outcome->report.cosigned > 0))
      print(common_, text_of(*outcome));
    return failure;
  }

  /// The failure is said now, with what to do; not only when it is over.
  void say_wait(const std::optional<Error>& failure, const WatchPlan::Next& next) const {
    if (!failure || common_.console.json) return;
    report(common_, Command::sync, *failure);
    if (!common_.console.quiet)
      print(common_, text_of_wait(static_cast<std::uint64_t>(next.wait / std::chrono::minutes(1)) + 1));
  }

  static std::string text_of_wait(std::uint64_t minutes) {
    return console::say_count("The next try is in {} minute at most.\n", "The next try is in {} minutes at most.\n", minutes, minutes);
  }

  OutboxWatch::Woken wait_out(std::chrono::milliseconds time, const std::function<bool()>& asked) {
    const auto end = std::chrono::steady_clock::now() + time;
    for (;;) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
      const auto woken = outbox_.wait(std::max(left, std::chrono::milliseconds(0)), asked);
      if (woken != OutboxWatch::Woken::sealed) return woken;
    }
  }

  const Common& common_;
  const SyncOptions& options_;
  const UnlockedVault& key_;
  OutboxWatch outbox_;
  WatchPlan plan_;
};

Result<int> watch(const Common& common, const SyncOptions& options) {
  const StopRequest stop;
  DOKAZ_TRY(other_server(options.server));
  DOKAZ_TRY(line_of(options.line, {}, stop));
  DOKAZ_LET(key, unlock_vault(common));
  DOKAZ_LET(outbox, OutboxWatch::on(room_folder(common.vault, key.room.room) / vault_layout::outbox_folder));
  return Watch(common, options, key, std::move(outbox)).run(stop);
}

}  // namespace

int sync_watch(const Common& common, const SyncOptions& options) {
  const auto code = watch(common, options);
  return code ? *code : report(common, Command::sync, code.error());
}

}  // namespace dokaz::cli
