// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>
#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/cli/open_vault.hpp"
#include "collector/sync/sync.hpp"

namespace dokaz::cli {
namespace {

struct Left {
  std::size_t sealed = 0, logged = 0;
};

Result<Left> items_left(Vault& vault) {
  DOKAZ_LET(all, vault.statements());
  Left left;
  for (const OwnStatement& own : all) {
    if (!own.is_item()) continue;
    if (own.state() == CustodyState::sealed) ++left.sealed;
    if (own.state() == CustodyState::logged) ++left.logged;
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
  console::Progress progress(common.console, "sending");
  DOKAZ_LET(synced, dokaz::sync(vault, other.value_or(vault.server()), {},
                                [&](std::uint64_t done, std::uint64_t total) { progress.at(done, total); }));
  DOKAZ_LET(left, items_left(vault));
  return Outcome{std::move(synced), left};
}

void print_json(const Outcome& outcome) {
  nlohmann::ordered_json document = {{"statements_logged", outcome.report.logged},
                                     {"items_stored", outcome.report.stored},
                                     {"items_left_sealed", outcome.left.sealed},
                                     {"items_left_logged", outcome.left.logged}};
  if (outcome.report.failure) {
    const Error& error = *outcome.report.failure;
    const console::Advice advice = advice_for(Command::sync, error.code);
    document["error"] = name_of(error.code);
    document["code"] = exit_code(error.code);
    document["what"] = words_of(error.code);
    if (!error.detail.empty()) document["detail"] = error.detail;
    document["safe"] = advice.safe;
    document["next"] = advice.next;
  }
  std::printf("%s\n", document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

void print_text(const Outcome& outcome) {
  std::printf("%zu statements logged, %zu items stored.\n", outcome.report.logged, outcome.report.stored);
  if (outcome.left.sealed + outcome.left.logged == 0)
    std::printf("Nothing is left to send: every item is stored.\n");
  else
    std::printf("Left: %zu items sealed, %zu logged and not yet stored.\n", outcome.left.sealed,
                outcome.left.logged);
}

}  // namespace

int sync(const Common& common, const SyncOptions& options) {
  const auto outcome = run(common, options);
  if (!outcome) return report(common, Command::sync, outcome.error());
  const auto& failure = outcome->report.failure;
  if (common.console.json) {
    print_json(*outcome);
    return failure ? exit_code(failure->code) : exit_ok;
  }
  if (!common.console.quiet) print_text(*outcome);
  std::fflush(stdout);
  return failure ? report(common, Command::sync, *failure) : exit_ok;
}

}  // namespace dokaz::cli
