// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/cli/open_vault.hpp"
#include "collector/sync/sync.hpp"
#include "collector/vault/chain_acts.hpp"

namespace dokaz::cli {
namespace {

struct SyncOptions {
  std::optional<std::string> server;  // HOST:PORT instead of the invitation's; the pin stays
};

struct Left {
  std::size_t sealed = 0, logged = 0, sealed_again = 0;
  std::size_t not_cosigned = 0;  // stored, under a policy with witnesses
};

Result<Left> items_left(Vault& vault) {
  DOKAZ_LET(all, vault.statements());
  Left left;
  const bool witnesses = vault.view().policy.needs_witnesses();
  for (const OwnStatement& own : all) {
    if (!own.is_item()) continue;
    if (own.state() == CustodyState::sealed) ++left.sealed;
    if (witnesses && own.state() == CustodyState::stored) ++left.not_cosigned;
    if (own.state() == CustodyState::logged && own.sealed_again) ++left.sealed_again;
    if (own.state() == CustodyState::logged && !own.sealed_again) ++left.logged;
  }
  return left;
}

struct Outcome {
  SyncReport report;
  Left left;
};

Result<Outcome> run(const Common& common, const SyncOptions& options) {
  std::optional<ServerAddress> other;
  if (options.server) {
    const auto parsed = parse_server_address(*options.server);
    if (!parsed) return fail(Errc::usage, "--server wants HOST:PORT");
    other = *parsed;
  }
  DOKAZ_LET(vault, open_vault(common));
  // A sign of life that cannot be signed now, for example for want of room, keeps nothing from being sent.
  const ClaimedTime now{console::now(), false};
  if (is_representable(now)) static_cast<void>(heartbeat_if_due(vault, now).has_value());
  console::Progress logging(common.console, "statements"), sending(common.console, "sealed objects");
  const SyncProgress progress{
      [&](std::uint64_t done, std::uint64_t total) { logging.at(done, total); },
      [&](std::uint64_t done, std::uint64_t total) { sending.at(done, total); },
  };
  DOKAZ_LET(synced, dokaz::sync(vault, other.value_or(vault.server()), {}, progress));
  DOKAZ_LET(left, items_left(vault));
  return Outcome{std::move(synced), left};
}

nlohmann::ordered_json json_of(const Outcome& outcome) {
  nlohmann::ordered_json document = {{"statements_logged", outcome.report.logged},
                                     {"items_stored", outcome.report.stored},
                                     {"items_cosigned", outcome.report.cosigned},
                                     {"items_left_sealed", outcome.left.sealed},
                                     {"items_left_logged", outcome.left.logged},
                                     {"items_left_not_cosigned", outcome.left.not_cosigned}};
  document["items_lost"] = nlohmann::json::array();
  for (const auto& [item, code] : outcome.report.lost) document["items_lost"].push_back(item);
  if (outcome.report.failure) add_failure(document, Command::sync, *outcome.report.failure);
  return document;
}

std::string text_of(const Outcome& outcome) {
  const auto& [report, left] = outcome;
  std::string text = fmt::format("{} statements logged, {} items stored.\n", report.logged, report.stored);
  if (report.cosigned > 0) text += fmt::format("{} items cosigned: witnesses vouch for their receipts.\n", report.cosigned);
  if (left.not_cosigned > 0)
    text += fmt::format("{} stored items are not cosigned yet: witnesses vouch for them later, and a later sync fetches that.\n",
                        left.not_cosigned);
  for (const auto& [item, code] : report.lost)
    text += fmt::format("Item {} lost a sealed object on this device ({}). Take its original in again.\n", item,
                        name_of(code));
  if (left.sealed_again > 0)
    text += fmt::format("{} items lost a sealed object on this device; their originals were sealed again.\n",
                        left.sealed_again);
  if (left.sealed + left.logged == 0 && left.sealed_again > 0) return text + "Nothing else is left to send.\n";
  if (left.sealed + left.logged == 0) return text + "Nothing is left to send: every item is stored.\n";
  return text + fmt::format("Left: {} items sealed, {} logged and not yet stored.\n", left.sealed, left.logged);
}

int sync(const Common& common, const SyncOptions& options) {
  const auto outcome = run(common, options);
  if (!outcome) return report(common, Command::sync, outcome.error());
  const auto& failure = outcome->report.failure;
  if (common.console.json) return print_json(common, json_of(*outcome), failure ? exit_code(failure->code) : exit_ok);
  const int said = common.console.quiet ? exit_ok : print(common, text_of(*outcome));
  return failure ? report(common, Command::sync, *failure) : said;
}

Runner describe(CLI::App& command) {
  const auto options = std::make_shared<SyncOptions>();
  command.add_option("--server", options->server, "Another address of the same server")->type_name("HOST:PORT");
  command.footer("Example:\n  dokaz sync\nA sync that was cut goes on where it stopped.");
  return [options](const Common& common) { return sync(common, *options); };
}

}  // namespace

const CommandEntry sync_command{"sync", "Bring everything to the server, and its receipts back", Needs::vault, describe};

}  // namespace dokaz::cli
