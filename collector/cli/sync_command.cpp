// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>

#include "collector/cli/line_options.hpp"
#include "collector/cli/open_vault.hpp"
#include "collector/cli/sync_report.hpp"
#include "collector/cli/sync_watch.hpp"
#include "collector/vault/chain_acts.hpp"
#include "console/say.hpp"

namespace dokaz::cli {

namespace {

/// One that cannot be signed now, for example for want of room, keeps nothing from being sent.
void give_sign_of_life(Vault& vault) {
  const ClaimedTime now{console::now(), false};
  if (is_representable(now)) static_cast<void>(heartbeat_if_due(vault, now).has_value());
}

/// The same of a key that is to be changed by itself.
bool change_old_key(Vault& vault) {
  const ClaimedTime now{console::now(), false};
  if (!is_representable(now)) return false;
  const auto changed = rotate_if_due(vault, now);
  return changed && changed->has_value();
}

}  // namespace

Result<SyncOutcome> sync_once(const Common& common, const SyncOptions& options, Vault& vault, const StopRequest& stop) {
  DOKAZ_LET(other, other_server(options.server));
  DOKAZ_LET(kept, vault.route());
  DOKAZ_LET(line, line_of(options.line, kept, stop));
  console::Progress logging(common.console, console::say("statements"));
  console::Progress sending(common.console, console::say("sealed objects (100%: receipts checked)"));
  const SyncProgress progress{
      [&](std::uint64_t done, std::uint64_t total) { logging.at(done, total); },
      [&](std::uint64_t done, std::uint64_t total) { sending.at(done, total); },
  };
  SyncOrder order{other.value_or(vault.server()), console::now, std::move(line)};
  order.before_statements = give_sign_of_life;
  order.at_good_end = change_old_key;
  DOKAZ_LET(synced, dokaz::sync(vault, order, progress));
  DOKAZ_LET(left, items_left(vault));
  return SyncOutcome{std::move(synced), left};
}

namespace {

Result<SyncOutcome> run(const Common& common, const SyncOptions& options) {
  // What does not make sense is said before anybody types a passphrase.
  const StopRequest stop;
  DOKAZ_TRY(other_server(options.server));
  DOKAZ_TRY(line_of(options.line, {}, stop));
  DOKAZ_LET(vault, open_vault(common));
  return sync_once(common, options, vault, stop);
}

int sync(const Common& common, const SyncOptions& options) {
  if (options.watch) return sync_watch(common, options);
  const auto outcome = run(common, options);
  return outcome ? tell(common, *outcome) : report(common, Command::sync, outcome.error());
}

Runner describe(CLI::App& command) {
  const auto options = std::make_shared<SyncOptions>();
  command.add_option("--server", options->server, "Another address of the same server")->type_name("HOST:PORT");
  describe_line(command, options->line);
  auto* watch = command.add_flag("--watch", options->watch, "Stay, and sync when something new is sealed; end it with Ctrl-C");
  command.add_flag("--once", options->once, "Sync once and end: the usual")->excludes(watch);
  command.footer("Examples:\n  dokaz sync\n  dokaz sync --watch --proxy socks5h://127.0.0.1:9050 --limit 50K\n"
                 "A sync that was cut goes on where it stopped.");
  return [options](const Common& common) { return sync(common, *options); };
}

}  // namespace

const CommandEntry sync_command{"sync", "Bring everything to the server, and its receipts back", Needs::vault, describe};

}  // namespace dokaz::cli
