// SPDX-License-Identifier: GPL-3.0-or-later
// A custody table for people and for machines.
#include <nlohmann/json.hpp>

#include "casework/casefile/custody.hpp"
#include "casework/casefile/json_line.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

constexpr std::string_view limits =
    "Claimed times are what clocks of the signers said. A proved interval is shown by witnesses of the log, or not at all.\n"
    "What is cut off the end of a chain that was not closed cannot be seen from it. None of this says that the scene is true.\n";

std::string format(std::int64_t time) { return format_time({time, false}); }

std::string words_of(const std::optional<ProvedInterval>& proved) {
  if (!proved) return "claimed only";
  std::string text = "proved: ";
  text += proved->not_before ? "not before " + format(*proved->not_before) : std::string("no earliest time");
  return text + (proved->not_after ? ", not after " + format(*proved->not_after) : std::string(", no latest time"));
}

std::string lines_of(std::string_view when, const std::vector<CustodyHash>& hashes) {
  std::string text;
  for (const CustodyHash& hash : hashes) text += "    " + std::string(when) + " " + hash.of + "  " + hash.sha256 + "\n";
  return text;
}

nlohmann::ordered_json json_of(const std::vector<CustodyHash>& hashes) {
  auto list = nlohmann::ordered_json::array();
  for (const CustodyHash& hash : hashes) list.push_back({{"of", hash.of}, {"sha256", hash.sha256}});
  return list;
}

nlohmann::ordered_json or_null(const std::string& text) { return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text); }

nlohmann::ordered_json json_of(const CustodyRow& row) {
  nlohmann::ordered_json json = {{"index", nullptr},          {"statement", or_null(row.statement)}, {"who", or_null(row.who)},
                                 {"role", or_null(row.role)}, {"event", row.event},                  {"premis", or_null(std::string(premis_of(row.event)))},
                                 {"what", row.what},          {"claimed_time", or_null(row.claimed)}, {"not_before", nullptr},
                                 {"not_after", nullptr},      {"witnesses", nlohmann::ordered_json::array()}};
  if (row.logged) json["index"] = row.index;
  if (row.proved) {
    if (row.proved->not_before) json["not_before"] = format(*row.proved->not_before);
    if (row.proved->not_after) json["not_after"] = format(*row.proved->not_after);
    json["witnesses"] = row.proved->witnesses;
  }
  json["before"] = json_of(row.before);
  json["after"] = json_of(row.after);
  json["gap"] = or_null(row.gap_words);
  return json;
}

}  // namespace

std::string render_text(const CustodyTable& table) {
  std::string text = "Custody of item " + short_name(table.item) + "\n\n";
  for (const CustodyRow& row : table.rows) {
    if (row.event == "gap") {
      text += "GAP     " + (row.who.empty() ? std::string() : "chain of " + row.who + ": ") + row.gap_words + "\n";
      continue;
    }
    text += (row.logged ? std::to_string(row.index) : std::string("-")) + "  " + row.event + "  " + row.who +
            (row.role.empty() ? std::string() : " (" + row.role + ")") + "  " + row.claimed + " (claimed), " + words_of(row.proved) +
            "\n    " + row.what + "\n" + lines_of("before:", row.before) + lines_of("after: ", row.after);
    if (row.gap) text += "    GAP: " + row.gap_words + "\n";
  }
  text += "\n" + (table.gaps() == 0 ? std::string("No gap is seen.") : std::to_string(table.gaps()) + (table.gaps() == 1 ? " gap." : " gaps.")) + "\n";
  if (table.for_legal_alone > 0)
    text += acts_for_legal_alone(table.for_legal_alone) + ": whether they are about this item is not known here.\n";
  return text + std::string(limits);
}

std::string render_json(const CustodyTable& table) {
  nlohmann::ordered_json json = {{"item", hex(table.item)}, {"gaps", table.gaps()}, {"for_legal_alone", table.for_legal_alone}, {"rows", nlohmann::ordered_json::array()}};
  for (const CustodyRow& row : table.rows) json["rows"].push_back(json_of(row));
  return casecli::json_line(json);
}

}  // namespace dokaz
