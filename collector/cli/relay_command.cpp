// SPDX-License-Identifier: GPL-3.0-or-later
// A courier brings somebody's parcel; no vault, no key of the case.
#include <CLI/CLI.hpp>

#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/cli/line_options.hpp"
#include "collector/cli/open_vault.hpp"
#include "collector/cli/stop_request.hpp"
#include "collector/parcel/relay.hpp"
#include "console/say.hpp"

namespace dokaz::cli {
namespace {

using console::say;

struct RelayOptions {
  std::vector<std::filesystem::path> parcel;  // or its parts
  std::string pass;  // a path, or "-" for the standard input
  std::optional<std::filesystem::path> answer;
  std::optional<std::string> server;  // HOST:PORT instead of the pass's; the pin stays
  LineOptions line;
};

Result<RelayReport> run(const Common& common, const RelayOptions& options) {
  RelayOrder order{options.parcel, options.answer, std::nullopt};
  DOKAZ_LET(other, other_server(options.server));
  order.server = std::move(other);
  const StopRequest stop;
  DOKAZ_TRY(line_of(options.line, {}, stop));  // what does not make sense is said before anything is read
  DOKAZ_LET(text, read_text(options.pass, max_courier_file, "pass"));
  auto courier = text.reveal([](ByteView bytes) { return read_courier_file(bytes); });
  if (!courier) return fail(courier.code(), "pass");
  DOKAZ_LET(line, line_of(options.line, {.proxy = {}, .by_case = courier->network == Network::tor_only}, stop));
  console::Progress shown(common.console, say("brought"));
  return dokaz::relay(*courier, order, line, [&](std::uint64_t done, std::uint64_t total) -> Status {
    shown.at(done, total);
    return stop.came() ? Status(Errc::interrupted) : Status();
  });
}

int relay(const Common& common, const RelayOptions& options) {
  const auto brought = run(common, options);
  if (!brought) return report(common, Command::relay, brought.error());
  if (common.console.json)
    return print_json(common, {{"bytes", brought->size}, {"bytes_sent", brought->sent}, {"answer_bytes", brought->answer}});
  if (common.console.quiet) return exit_ok;
  std::string words = say("The server has the parcel: {} bytes, {} of them sent now.\n", brought->size, brought->sent);
  if (options.answer) words += say("wrote {}: the answer. Bring it to whoever gave you the parcel.\n",
                                           console::printable(options.answer->string()));
  return print(common, words);
}

Runner describe(CLI::App& command) {
  const auto options = std::make_shared<RelayOptions>();
  command.add_option("PARCEL", options->parcel, "The parcel's file; or its parts, all of them in their order")->required();
  command.add_option("--pass", options->pass, "The courier's file that came with it, or - for the standard input")
      ->required()
      ->type_name("FILE");
  command.add_option("--answer", options->answer, "Where the server's answer goes")->type_name("FILE");
  command.add_option("--server", options->server, "Another address of the same server")->type_name("HOST:PORT");
  describe_line(command, options->line);
  command.footer("Example:\n  dokaz relay parcel.bin --pass parcel.pass --answer answer.bin\n"
                 "One that was cut goes on where it stopped. Neither parcel nor answer can be read by you.");
  return [options](const Common& common) { return relay(common, *options); };
}

}  // namespace

const CommandEntry relay_command{"relay", "Bring somebody's parcel to the server; needs no vault", Needs::nothing, describe};

}  // namespace dokaz::cli
