// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/cli/add_texts.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "console/say.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::cli {
namespace {

using console::say;
using console::say_count;

/// "unsupported_media: HEIC"
std::string reason_of(const Error& refusal) {
  std::string reason(name_of(refusal.code));
  if (!refusal.detail.empty()) reason += ": " + console::printable(refusal.detail);
  return reason;
}

/// What lies beside a file and was not taken in is offered: the photo's own item is made already.
std::string offer_of(const Taken& taken) {
  std::string text;
  for (const std::string& name : taken.sidecars_left)
    text += say("         beside it lies {}, which was not taken in; to seal it for the legal team:\n"
                "         dokaz add --seal-uncleaned. With --sidecars it becomes a part of its photo's item.\n",
                console::printable(name));
  return text;
}

std::string removal_of(const Taken& taken) {
  if (!taken.consumed) return {};
  if (*taken.consumed) return say("         the file was overwritten and removed\n");
  if (taken.consumed->code() == Errc::interrupted)
    return say("         THE FILE IS STILL THERE: its removal was begun and cut; --consume finishes it\n");
  return say("         THE FILE IS STILL THERE ({})\n", reason_of(taken.consumed->error()));
}

/// Signs are said where nobody said how the file was come by, or what was said does not go with them.
std::string signs_text(const Taken& taken) {
  if (taken.signs.empty() || !taken.is_sealed()) return {};
  std::string list;
  for (const std::string& sign : taken.signs) list += (list.empty() ? "" : ", ") + console::say_text(sign);
  return say("         perhaps not made by a camera here ({}); it is sealed with these signs.\n", list);
}

}  // namespace

std::string text_of(const Taken& taken) {
  const std::string file = console::printable(taken.file);
  std::string text;
  if (!taken.item) text = say("already there           {}\n", file);
  else if (taken.already_there)
    text = say("already there {:4}  {}  {}\n", taken.item->number, short_name(taken.item->statement), file);
  else text = say("sealed   {:4}  {}  {}\n", taken.item->number, short_name(taken.item->statement), file);
  if (taken.uncleaned)
    text += say("         NOT CLEANED ({}): as it is, for the legal team only\n", reason_of(*taken.uncleaned));
  for (const std::string& name : taken.sidecars) text += say("         with {}\n", console::printable(name));
  return text + signs_text(taken) + offer_of(taken) + removal_of(taken);
}

std::string refused_line(const std::string& file) { return say("refused  {}\n", console::printable(file)); }

/// Those that were refused for the same reason under one advice, in the order of each reason's first.
void print_refused(const Common& common, const Batch& batch) {
  std::vector<const Taken*> left;
  for (const Taken& taken : batch.all)
    if (taken.refusal) left.push_back(&taken);
  while (!left.empty()) {
    const Error& reason = *left.front()->refusal;
    const auto same = [&](const Taken* taken) {
      return taken->refusal->code == reason.code && taken->refusal->detail == reason.detail;
    };
    for (const Taken* taken : left)
      if (same(taken)) std::fputs(refused_line(taken->file).c_str(), stderr);
    static_cast<void>(report_file(common, Command::add, reason));
    std::erase_if(left, same);
  }
}

namespace {

std::string passed_over_of(const PassedOver& passed) {
  std::string text;
  if (passed.hidden > 0)
    text += say_count("Passed over in folders, not counted as given: {} that is hidden or of the system.\n",
                      "Passed over in folders, not counted as given: {} that are hidden or of the system.\n", passed.hidden, passed.hidden);
  if (passed.links > 0)
    text += say_count("Passed over in folders, not counted as given: {} link.\n",
                      "Passed over in folders, not counted as given: {} links.\n", passed.links, passed.links);
  if (passed.special > 0)
    text += say_count("Passed over in folders, not counted as given: {} pipe or device.\n",
                      "Passed over in folders, not counted as given: {} pipes or devices.\n", passed.special, passed.special);
  if (passed.sidecars > 0)
    text += say_count("Passed over in folders, not counted as given: {} sidecar, as named above.\n",
                      "Passed over in folders, not counted as given: {} sidecars, as named above.\n", passed.sidecars, passed.sidecars);
  return text;
}

nlohmann::ordered_json names_of(const std::vector<std::string>& names) {
  auto list = nlohmann::ordered_json::array();
  for (const std::string& name : names) list.push_back(console::printable(name));
  return list;
}

nlohmann::ordered_json json_of(const Taken& taken) {
  nlohmann::ordered_json object = {{"file", console::printable(taken.file)}};
  if (taken.refusal) {
    object["outcome"] = "refused";
    add_file_failure(object, Command::add, *taken.refusal);
  } else {
    object["outcome"] = taken.already_there ? "already_there" : "sealed";
    if (taken.item) {
      object["number"] = taken.item->number;
      object["item"] = hex(taken.item->statement);
    }
    if (taken.is_sealed()) {
      object["signs"] = taken.signs;
      object["state"] = name_of(CustodyState::sealed);
      object["cleaned"] = !taken.uncleaned;
    }
    if (taken.uncleaned)
      object["uncleaned"] = {{"reason", name_of(taken.uncleaned->code)},
                             {"detail", console::printable(taken.uncleaned->detail)}};
    object["sidecars"] = names_of(taken.sidecars);
  }
  object["sidecars_left"] = names_of(taken.sidecars_left);
  if (taken.consumed) {
    object["removed"] = taken.consumed->has_value();
    if (!*taken.consumed)
      object["not_removed"] = {{"reason", name_of(taken.consumed->code())}, {"detail", taken.consumed->error().detail}};
  }
  return object;
}

}  // namespace

int code_of(const Batch& batch) {
  if (batch.ended_by) return exit_code(batch.ended_by->code);
  if (batch.not_reached() > 0) return exit_code(Errc::interrupted);
  for (const Taken& taken : batch.all)
    if (taken.refusal) return exit_code(taken.refusal->code);
  for (const Taken& taken : batch.all)
    if (taken.consumed && !*taken.consumed) return exit_code(taken.consumed->code());
  return exit_ok;
}

std::string summary_of(const Batch& batch) {
  // The terms of a sum: each has its own number, and so its own form.
  const std::size_t sealed = batch.sealed(), uncleaned = batch.uncleaned(), there = batch.already_there(),
                    refused = batch.refused(), left = batch.not_reached();
  std::string text = say_count("{} given", "{} given", batch.given, batch.given) + " = " +
                     say_count("{} sealed", "{} sealed", sealed, sealed);
  if (uncleaned > 0) text += " (" + say_count("{} not cleaned", "{} not cleaned", uncleaned, uncleaned) + ")";
  if (there > 0) text += " + " + say_count("{} already there", "{} already there", there, there);
  text += " + " + say_count("{} refused", "{} refused", refused, refused);
  std::map<std::string_view, std::size_t> reasons;
  for (const Taken& taken : batch.all)
    if (taken.refusal) ++reasons[name_of(taken.refusal->code)];
  std::string list;
  for (const auto& [reason, count] : reasons) {
    if (!list.empty()) list += ", ";
    list += reasons.size() == 1 && count == 1 ? "" : std::to_string(count) + " ";
    list += reason;
  }
  if (!list.empty()) text += " (" + list + ")";
  if (left > 0) text += " + " + say_count("{} not reached", "{} not reached", left, left);
  return text;
}

std::string sums_of(const Batch& batch) {
  std::string text = summary_of(batch) + "\n" + passed_over_of(batch.passed_over);
  if (batch.removed() + batch.not_removed() > 0)
    text += say_count("{} file removed, {} still there.\n", "{} files removed, {} still there.\n", batch.removed(),
                      batch.removed(), batch.not_removed());
  return text;
}

int print_text(const Common& common, const Batch& batch) {
  const int code = code_of(batch);
  int said = code;
  if (!common.console.quiet) {
    std::string text;
    for (const Taken& taken : batch.all)
      if (!taken.refusal) text += text_of(taken);
    said = print(common, text, code);
  }
  print_refused(common, batch);
  if (!common.console.quiet) said = print(common, sums_of(batch), said);
  return batch.not_reached() > 0 && !batch.ended_by ? report(common, Command::add, fail(Errc::interrupted)) : said;
}

nlohmann::ordered_json json_of(const Batch& batch) {
  nlohmann::ordered_json document = {{"given", batch.given},
                                     {"sealed", batch.sealed()},
                                     {"not_cleaned", batch.uncleaned()},
                                     {"already_there", batch.already_there()},
                                     {"refused", batch.refused()},
                                     {"not_reached", batch.not_reached()},
                                     {"passed_over", {{"hidden", batch.passed_over.hidden},
                                                      {"links", batch.passed_over.links},
                                                      {"special", batch.passed_over.special},
                                                      {"sidecars", batch.passed_over.sidecars}}},
                                     {"removed", batch.removed()},
                                     {"not_removed", batch.not_removed()},
                                     {"items", nlohmann::json::array()}};
  for (const Taken& taken : batch.all) document["items"].push_back(json_of(taken));
  if (batch.ended_by) add_failure(document, Command::add, *batch.ended_by);
  else if (batch.not_reached() > 0) add_failure(document, Command::add, fail(Errc::interrupted));
  return document;
}

}  // namespace dokaz::cli
