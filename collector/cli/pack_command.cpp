// SPDX-License-Identifier: GPL-3.0-or-later
// Parcels that are carried by hand: format.md section 17.
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/cli/open_vault.hpp"
#include "collector/cli/stop_request.hpp"
#include "collector/cli/sync_report.hpp"
#include "collector/parcel/pack.hpp"
#include "console/say.hpp"

namespace dokaz::cli {
namespace {

using console::say;
using console::say_count;

struct PackOptions {
  std::filesystem::path parcel;
  std::optional<std::uint64_t> volume_size;      // bytes
  std::optional<std::filesystem::path> courier;  // where the courier's file goes
  std::uint64_t courier_days = 30;               // the pass is good for so long
};

constexpr std::int64_t day = 86'400;  // seconds

Result<PackReport> run(const Common& common, const PackOptions& options) {
  DOKAZ_LET(vault, open_vault(common));
  console::Progress shown(common.console, say("packed"));
  const StopRequest stop;
  const PackOrder order{options.parcel, options.volume_size, options.courier,
                        {console::now() + static_cast<std::int64_t>(options.courier_days) * day, false}};
  return dokaz::pack(vault, order, [&](std::uint64_t done, std::uint64_t total) -> Status {
    shown.at(done, total);
    return stop.came() ? Status(Errc::interrupted) : Status();
  });
}

/// What was packed is good; what was not is said, and decides the exit code.
std::optional<Error> failure_of(const PackReport& report) {
  if (!report.too_large.empty())
    return fail(Errc::too_large, say_count("{} item is too large for volumes of this size",
                                             "{} items are too large for volumes of this size", report.too_large.size(),
                                             report.too_large.size()));
  if (report.lost.empty()) return {};
  const auto& [item, code] = *report.lost.begin();
  return fail(code, say("item {} lost a sealed object on this device", item));
}

nlohmann::ordered_json json_of(const PackReport& report) {
  nlohmann::ordered_json document = {{"parcels", nlohmann::json::array()}};
  for (const PackedVolume& volume : report.volumes) {
    nlohmann::ordered_json one = {{"file", console::printable(volume.parcel.string())},
                                  {"bytes", volume.size},
                                  {"statements", volume.statements},
                                  {"objects", volume.objects}};
    if (volume.courier) one["courier"] = console::printable(volume.courier->string());
    if (!volume.parts.empty()) {
      one["parts"] = nlohmann::json::array();
      for (const Path& part : volume.parts) one["parts"].push_back(console::printable(part.string()));
    }
    document["parcels"].push_back(std::move(one));
  }
  document["statements_left"] = report.left;
  document["items_too_large"] = report.too_large;
  document["items_lost"] = nlohmann::json::array();
  for (const auto& [item, code] : report.lost) document["items_lost"].push_back(item);
  return document;
}

std::string text_of(const PackReport& report) {
  std::string text;
  for (const PackedVolume& volume : report.volumes) {
    if (volume.parts.empty())
      text += say_count("wrote {}: {} byte\n", "wrote {}: {} bytes\n", volume.size, console::printable(volume.parcel.string()),
                        volume.size);
    for (const Path& part : volume.parts) text += say("wrote {}\n", console::printable(part.string()));
    if (!volume.parts.empty())
      text += say_count("         {} part of one parcel: the item in it is larger than a volume. Bring all of them.\n",
                        "         {} parts of one parcel: the item in it is larger than a volume. Bring all of them.\n",
                        volume.parts.size(), volume.parts.size());
    text += say_count("         {} statement in it\n", "         {} statements in it\n", volume.statements, volume.statements);
    text += say_count("         {} sealed object in it\n", "         {} sealed objects in it\n", volume.objects, volume.objects);
    if (volume.courier)
      text += say("wrote {}: for a courier, with this parcel only; it holds a secret\n",
                  console::printable(volume.courier->string()));
  }
  for (const std::uint64_t item : report.too_large)
    text += say("Item {} is too large for volumes of this size.\n", item);
  for (const auto& [item, code] : report.lost) text += text_of_lost(item, code);
  if (report.left > 0)
    text += say_count("{} further statement waits: pack again when the answer has come.\n",
                      "{} further statements wait: pack again when the answer has come.\n", report.left, report.left);
  return text + say("Until the server's answer is unpacked, everything stays in the vault as it is.\n");
}

int pack(const Common& common, const PackOptions& options) {
  const auto packed = run(common, options);
  if (!packed) return report(common, Command::pack, packed.error());
  const auto failure = failure_of(*packed);
  if (common.console.json) {
    auto document = json_of(*packed);
    if (failure) add_failure(document, Command::pack, *failure);
    return print_json(common, document, failure ? exit_code(failure->code) : exit_ok);
  }
  const int said = common.console.quiet ? exit_ok : print(common, text_of(*packed));
  return failure ? report(common, Command::pack, *failure) : said;
}

Runner describe(CLI::App& command) {
  const auto options = std::make_shared<PackOptions>();
  command.add_option("PARCEL", options->parcel, "The parcel's file; several get .1, .2 behind it, and parts of one .part001, .part002")->required();
  command.add_option("--volume-size", options->volume_size, "Most bytes of one file (K, M and G may follow); 4G is what FAT32 takes")
      ->transform(CLI::AsSizeValue(false))
      ->type_name("SIZE");
  command.add_option("--courier-pass", options->courier,
                     "Also write a pass, with which a courier can bring the parcel by: dokaz relay")
      ->type_name("FILE");
  command.add_option("--courier-days", options->courier_days, "How long the pass is good")
      ->check(CLI::Range(1, 366))
      ->capture_default_str()
      ->type_name("DAYS");
  command.footer("Example:\n  dokaz pack /media/stick/holiday.bin --volume-size 4G\n"
                 "The server's operator gives an answer back, which goes to: dokaz unpack");
  return [options](const Common& common) { return pack(common, *options); };
}

}  // namespace

const CommandEntry pack_command{"pack", "Put what waits into a parcel that is carried by hand", Needs::vault, describe};

}  // namespace dokaz::cli
