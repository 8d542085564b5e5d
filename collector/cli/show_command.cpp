// SPDX-License-Identifier: GPL-3.0-or-later
// Looking at what was sealed for review: `show`, and `review`, which says how long and ends it.
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/cli/open_vault.hpp"
#include "collector/take/show_item.hpp"
#include "console/say.hpp"

namespace dokaz::cli {
namespace {

struct ShowOptions {
  std::uint64_t number = 0;
  std::filesystem::path out;
};
struct ReviewOptions {
  bool end = false;
};

int show(const Common& common, const ShowOptions& options) {
  auto vault = open_vault(common);
  if (!vault) return report(common, Command::show, vault.error());
  const auto shown = show_item(*vault, options.number, options.out);
  if (!shown) return report(common, Command::show, shown.error());
  const std::string path = console::printable(options.out.string());
  if (common.console.json)
    return print_json(common, {{"number", options.number}, {"file", path}, {"extension", shown->extension}, {"bytes", shown->size}});
  if (common.console.quiet) return exit_ok;
  return print(common, console::say_count("wrote    {}: the clean copy of item {}, a .{} file of {} byte\n"
                                          "         It lies there unencrypted. Remove it when you have seen it.\n",
                                          "wrote    {}: the clean copy of item {}, a .{} file of {} bytes\n"
                                          "         It lies there unencrypted. Remove it when you have seen it.\n",
                                          shown->size, path, options.number, shown->extension, shown->size));
}

std::string text_of(const std::vector<ReviewWindow>& windows) {
  if (windows.empty()) return console::say("Nothing can be looked at: no review window is open.\n");
  std::string text;
  for (const ReviewWindow& one : windows)
    text += console::say("A review window is open until {}: dokaz show NUMBER -o FILE\n", format_time({one.until, false}));
  return text;
}

int review(const Common& common, const ReviewOptions& options) {
  auto vault = open_vault(common);
  if (!vault) return report(common, Command::review, vault.error());
  if (options.end)
    if (const Status ended = vault->end_reviews(); !ended) return report(common, Command::review, ended.error());
  const auto windows = vault->review_windows();
  if (!windows) return report(common, Command::review, windows.error());
  if (!common.console.json) return common.console.quiet ? exit_ok : print(common, text_of(*windows));
  nlohmann::ordered_json document = {{"windows", nlohmann::json::array()}};
  for (const ReviewWindow& one : *windows) document["windows"].push_back({{"until", format_time({one.until, false})}});
  return print_json(common, document);
}

Runner describe_show(CLI::App& command) {
  const auto options = std::make_shared<ShowOptions>();
  command.add_option("NUMBER", options->number, "The item's number in dokaz list")->required();
  command.add_option("-o,--out", options->out, "A new file for the clean copy")->type_name("FILE")->required();
  command.footer("Only for items sealed with dokaz add --review, and only until that time is over.\n"
                 "Example:\n  dokaz show 12 -o look.jpg");
  return [options](const Common& common) { return show(common, *options); };
}

Runner describe_review(CLI::App& command) {
  const auto options = std::make_shared<ReviewOptions>();
  command.add_flag("--end", options->end, "Erase the keys now: nothing on this device opens an item any more");
  command.footer("Example:\n  dokaz review\n  dokaz review --end");
  return [options](const Common& common) { return review(common, *options); };
}

}  // namespace

const CommandEntry show_command{"show", "Look at an item while its review window is open", Needs::vault, describe_show};
const CommandEntry review_command{"review", "Say how long items can be looked at, or end that", Needs::vault, describe_review};

}  // namespace dokaz::cli
