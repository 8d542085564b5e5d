// SPDX-License-Identifier: GPL-3.0-or-later
// What a file would betray, told to somebody who has to decide whether to pass it on.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/cli/betrayal.hpp"
#include "collector/cli/neutral_file.hpp"
#include "collector/cli/start_intake.hpp"
#include "collector/cli/stop_request.hpp"
#include "collector/intake/beside.hpp"
#include "console/say.hpp"

namespace dokaz::cli {
namespace {

using console::say;
using console::say_count;
using console::say_text;

struct InspectOptions {
  std::vector<std::string> files;
  ReadingOptions reading;
};

struct Inspected {
  std::string file;  // as it was typed
  Result<TakenIn> outcome;
  std::vector<std::string> sidecars;  // names
};

struct Inspection {
  std::size_t given = 0;
  std::vector<Inspected> all;

  std::size_t not_reached() const { return given - all.size(); }
  int code() const {
    if (not_reached() > 0) return exit_code(Errc::interrupted);
    for (const Inspected& one : all)
      if (!one.outcome) return exit_code(one.outcome.code());
    return exit_ok;
  }
};

Inspection inspect_all(const Common& common, const Intake& intake, const InspectOptions& options) {
  Inspection inspection{options.files.size(), {}};
  console::Progress progress(common.console, say("reading"));
  SidecarFinder finder;
  progress.at(0, inspection.given);  // something to see, also while the first file is a long film
  const StopRequest stop;
  for (const std::string& file : options.files) {
    if (stop.came()) break;
    inspection.all.push_back({file, intake.take(file), finder.beside(file)});
    progress.at(inspection.all.size(), inspection.given);
  }
  return inspection;
}

std::string text_of(const Betrayal& one) {
  std::string text = fmt::format("  {:<16} {}", say_text(heading_of(one.danger)), one.what);
  if (one.value) text += ": " + *one.value;
  if (one.parts == 1) text += say_count(" ({} byte)", " ({} bytes)", one.bytes, one.bytes);
  if (one.parts > 1) text += say_count(" ({} byte in {} parts)", " ({} bytes in {} parts)", one.bytes, one.bytes, one.parts);
  return text + "\n";
}

std::string sidecars_text(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names)
    text += say("  {:<16} beside it lies {}, which can betray as much; it is not a part of any clean copy\n",
                say_text("SIDECAR"), console::printable(name));
  return text;
}

std::string text_of(const Inspected& one, const TakenIn& item) {
  const std::string file = console::printable(one.file);
  const std::uint64_t size = size_of_original(item);
  std::string text =
      item.width > 0 ? say_count("{}: {}, {} x {} pixels, {} byte\n", "{}: {}, {} x {} pixels, {} bytes\n", size, file,
                                 item.media_type, item.width, item.height, size)
                     : say_count("{}: {}, {} byte\n", "{}: {}, {} bytes\n", size, file, item.media_type, size);
  const auto betrayals = betrayals_of(item);
  if (betrayals.empty() && one.sidecars.empty())
    text += say("Nothing was found in it besides the picture or sound itself.\n");
  else
    text += say("If somebody gets this file, it tells them, the most dangerous first:\n");
  for (const Betrayal& betrayal : betrayals) text += text_of(betrayal);
  text += sidecars_text(one.sidecars);
  text += betrayals.empty() ? say("No copy can take away:\n")
                            : say("A clean copy tells none of that. What no copy can take away:\n");
  for (const std::string& remains : remains_of(item)) text += "  - " + remains + "\n";
  for (const std::string& warning : item.warnings) text += say("Good to know: {}.\n", console::printable(console::say_counted(warning)));
  return text + say("To make a clean copy: dokaz clean FILE -o NEW-FILE\n");
}

nlohmann::ordered_json json_of(const Betrayal& one) {
  nlohmann::ordered_json object = {{"danger", name_of(one.danger)}, {"what", one.what}, {"value", nullptr}};
  if (one.value) object["value"] = *one.value;
  object["parts"] = one.parts;
  object["bytes"] = one.bytes;
  return object;
}

nlohmann::ordered_json json_of(const Inspected& one) {
  nlohmann::ordered_json object = {{"file", console::printable(one.file)}, {"cleanable", one.outcome.has_value()}};
  if (one.outcome) {
    const TakenIn& item = *one.outcome;
    object["media_type"] = item.media_type;
    object["width"] = item.width;
    object["height"] = item.height;
    object["bytes"] = size_of_original(item);
    object["clean_bytes"] = size_of_clean_copy(item);
    object["betrays"] = nlohmann::ordered_json::array();
    for (const Betrayal& betrayal : betrayals_of(item)) object["betrays"].push_back(json_of(betrayal));
    object["remains"] = remains_of(item);
    object["warnings"] = nlohmann::ordered_json::array();
    for (const std::string& warning : item.warnings) object["warnings"].push_back(console::say_counted(warning));
  } else {
    add_file_failure(object, Command::inspect, one.outcome.error());
  }
  object["sidecars"] = nlohmann::ordered_json::array();
  for (const std::string& name : one.sidecars) object["sidecars"].push_back(console::printable(name));
  return object;
}

int print_text(const Common& common, const Inspection& inspection) {
  std::string text;
  for (const Inspected& one : inspection.all) {
    if (one.outcome) {
      text += (text.empty() ? "" : "\n") + text_of(one, *one.outcome);
      continue;
    }
    std::fputs(say("cannot be cleaned: {}\n", console::printable(one.file)).c_str(), stderr);
    static_cast<void>(report_file(common, Command::inspect, one.outcome.error()));
    std::fputs(sidecars_text(one.sidecars).c_str(), stderr);
  }
  const int said = print(common, text, inspection.code());
  return inspection.not_reached() > 0 ? report(common, Command::inspect, fail(Errc::interrupted)) : said;
}

int print_json(const Common& common, const Inspection& inspection) {
  nlohmann::ordered_json document = {{"given", inspection.given},
                                     {"not_reached", inspection.not_reached()},
                                     {"files", nlohmann::ordered_json::array()}};
  for (const Inspected& one : inspection.all) document["files"].push_back(json_of(one));
  if (inspection.not_reached() > 0) add_failure(document, Command::inspect, fail(Errc::interrupted));
  return print_json(common, document, inspection.code());
}

int inspect(const Common& common, const InspectOptions& options) {
  const auto intake = start_intake(options.reading);
  if (!intake) return report(common, Command::inspect, intake.error());
  const Inspection inspection = inspect_all(common, *intake, options);
  return common.console.json ? print_json(common, inspection) : print_text(common, inspection);
}

Runner describe(CLI::App& command) {
  const auto options = std::make_shared<InspectOptions>();
  command.add_option("FILE", options->files, "Files to look into; nothing is changed or kept")->required();
  describe_reading(command, options->reading);
  command.footer("Example:\n  dokaz inspect IMG_0042.jpg");
  return [options](const Common& common) { return inspect(common, *options); };
}

}  // namespace

const CommandEntry inspect_command{"inspect", "Say what files would betray; needs no vault", Needs::nothing, describe};

}  // namespace dokaz::cli
