// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/cli/open_vault.hpp"
#include "console/say.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::cli {
namespace {

struct DropOptions {
  std::vector<std::uint64_t> numbers;
  bool stored = false;  // all that is safe elsewhere
};

/// What became of one item that was named, or of each item with --stored.
struct Dropped {
  std::uint64_t number = 0;
  std::uint64_t bytes = 0;
  std::optional<Error> kept;  // why its objects stay
  bool before = false;        // they were freed by an earlier drop
  bool item = true;           // an item; else an act, whose small objects go with --stored as well
};

Dropped judge(const Vault& vault, const OwnStatement& own) {
  Dropped one{own.number(), 0, {}, own.dropped, own.is_item()};
  if (own.dropped) return one;
  if (!vault.is_safe(own)) one.kept = fail(Errc::not_safe_yet);
  else
    for (const ObjectRef& object : own.signed_statement.statement.fields().objects) one.bytes += object.size;
  return one;
}

Dropped judge_named(Vault& vault, std::uint64_t number) {
  const auto own = vault.statement(number);
  if (!own) return {number, 0, own.error()};
  if (!own->is_item()) return {number, 0, fail(Errc::not_found, "no item has this number")};
  return judge(vault, *own);
}

Result<std::vector<Dropped>> judge_all(Vault& vault, const DropOptions& options) {
  std::vector<Dropped> outcome;
  for (const std::uint64_t number : options.numbers) outcome.push_back(judge_named(vault, number));
  if (!options.stored) return outcome;
  DOKAZ_LET(all, vault.statements());
  for (const OwnStatement& own : all)
    if (own.has_objects()) outcome.push_back(judge(vault, own));
  return outcome;
}

Result<std::vector<Dropped>> drop_all(Vault& vault, const DropOptions& options) {
  DOKAZ_LET(outcome, judge_all(vault, options));
  std::vector<std::uint64_t> safe;
  for (const Dropped& one : outcome)
    if (!one.kept && !one.before) safe.push_back(one.number);
  DOKAZ_TRY(vault.drop(safe));
  return outcome;
}

struct Counts {
  std::size_t items = 0, dropped = 0, before = 0, kept = 0;
  std::uint64_t bytes = 0;
};

Counts count(const std::vector<Dropped>& all) {
  Counts counts;
  for (const Dropped& one : all) {
    counts.bytes += one.bytes;
    if (!one.item) continue;
    ++counts.items;
    ++(one.kept ? counts.kept : one.before ? counts.before : counts.dropped);
  }
  return counts;
}

/// The terms of a sum: each has its own number, and so its own form.
std::string sum_of(const Counts& counts) {
  using console::say_count;
  return say_count("{} item", "{} items", counts.items, counts.items) + " = " +
         say_count("{} dropped", "{} dropped", counts.dropped, counts.dropped) + " + " +
         say_count("{} dropped before", "{} dropped before", counts.before, counts.before) + " + " +
         say_count("{} kept: not safe elsewhere\n", "{} kept: not safe elsewhere\n", counts.kept, counts.kept);
}

/// What is not safe yet is no failure where all that is safe was asked for.
int code_of(const std::vector<Dropped>& all, const DropOptions& options) {
  for (const Dropped& one : all)
    if (one.kept && !(options.stored && one.kept->code == Errc::not_safe_yet)) return exit_code(one.kept->code);
  return exit_ok;
}

int print_text(const Common& common, const std::vector<Dropped>& all, const DropOptions& options) {
  if (!options.stored)
    for (const Dropped& one : all)
      if (one.kept) {
        std::fputs(console::say("kept     {:4}\n", one.number).c_str(), stderr);
        static_cast<void>(report(common, Command::drop, *one.kept));
      }
  const Counts counts = count(all);
  return print(common,
               sum_of(counts) + console::say_count("{} byte freed\n", "{} bytes freed\n", counts.bytes, counts.bytes),
               code_of(all, options));
}

nlohmann::ordered_json json_of(const std::vector<Dropped>& all) {
  const Counts counts = count(all);
  nlohmann::ordered_json document = {{"dropped", counts.dropped},
                                     {"dropped_before", counts.before},
                                     {"kept", counts.kept},
                                     {"bytes_freed", counts.bytes},
                                     {"items", nlohmann::json::array()}};
  for (const Dropped& one : all) {
    if (!one.item) continue;
    nlohmann::ordered_json item = {
        {"number", one.number}, {"outcome", one.kept ? "kept" : one.before ? "dropped_before" : "dropped"}};
    if (one.kept) add_failure(item, Command::drop, *one.kept);
    else item["bytes"] = one.bytes;
    document["items"].push_back(std::move(item));
  }
  return document;
}

int drop(const Common& common, const DropOptions& options) {
  if (options.numbers.empty() == !options.stored)
    return report(common, Command::drop, fail(Errc::usage, "name items by their numbers, or all that are safe with --stored"));
  auto vault = open_vault(common);
  if (!vault) return report(common, Command::drop, vault.error());
  const auto all = drop_all(*vault, options);
  if (!all) return report(common, Command::drop, all.error());
  if (common.console.json) return print_json(common, json_of(*all), code_of(*all, options));
  return print_text(common, *all, options);
}

Runner describe(CLI::App& command) {
  const auto options = std::make_shared<DropOptions>();
  command.add_option("NUMBER", options->numbers, "Items, by their numbers in dokaz list");
  command.add_flag("--stored", options->stored, "All that are stored, or cosigned where the case demands witnesses");
  command.footer("Example:\n  dokaz drop --stored\n  dokaz drop 3 4");
  return [options](const Common& common) { return drop(common, *options); };
}

}  // namespace

const CommandEntry drop_command{"drop", "Free the room of items that the server holds; receipts stay", Needs::vault, describe};

}  // namespace dokaz::cli
