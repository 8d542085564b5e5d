// SPDX-License-Identifier: GPL-3.0-or-later
// A courier brings somebody's parcel; no vault, no key of the case.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/cli/open_vault.hpp"
#include "collector/cli/stop_request.hpp"
#include "collector/parcel/relay.hpp"

namespace dokaz::cli {
namespace {

Result<RelayReport> run(const Common& common, const RelayOptions& options) {
  RelayOrder order{options.parcel, options.answer, std::nullopt};
  if (options.server) {
    const auto parsed = parse_server_address(*options.server);
    if (!parsed) return fail(Errc::usage, "--server wants HOST:PORT");
    order.server = *parsed;
  }
  DOKAZ_LET(text, read_text(options.pass, max_courier_file, "pass"));
  auto courier = text.reveal([](ByteView bytes) { return read_courier_file(bytes); });
  if (!courier) return fail(courier.code(), "pass");
  console::Progress shown(common.console, "brought");
  const StopRequest stop;
  return dokaz::relay(*courier, order, {}, [&](std::uint64_t done, std::uint64_t total) -> Status {
    shown.at(done, total);
    return stop.came() ? Status(Errc::interrupted) : Status();
  });
}

}  // namespace

int relay(const Common& common, const RelayOptions& options) {
  const auto brought = run(common, options);
  if (!brought) return report(common, Command::relay, brought.error());
  if (common.console.json)
    return print_json(common, {{"bytes", brought->size}, {"bytes_sent", brought->sent}, {"answer_bytes", brought->answer}});
  if (common.console.quiet) return exit_ok;
  std::string words = fmt::format("The server has the parcel: {} bytes, {} of them sent now.\n", brought->size, brought->sent);
  if (options.answer) words += fmt::format("wrote {}: the answer. Bring it to whoever gave you the parcel.\n",
                                           console::printable(options.answer->string()));
  return print(common, words);
}

}  // namespace dokaz::cli
