// SPDX-License-Identifier: GPL-3.0-or-later
// The ledger of what left the case, for people, for machines and for a table.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "casework/casefile/json_line.hpp"
#include "casework/casefile/ledger.hpp"
#include "console/console.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

constexpr std::size_t most_items_in_words = 8;

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? std::string() : std::string(between)) + word;
  return text;
}

std::vector<std::string> hex_of(const std::vector<StatementHash>& hashes) {
  std::vector<std::string> out;
  for (const StatementHash& hash : hashes) out.push_back(hex(hash));
  return out;
}

std::vector<std::string> short_of(const std::vector<StatementHash>& hashes) {
  std::vector<std::string> out;
  for (const StatementHash& hash : hashes) {
    if (out.size() == most_items_in_words) {
      out.push_back("and " + std::to_string(hashes.size() - out.size()) + " more");
      break;
    }
    out.push_back(short_name(hash));
  }
  return out;
}

std::string by_of(const WithdrawnSince& one) {
  if (one.unread) return "somebody (it is not known here who took back what)";
  return one.by.empty() ? std::string("somebody who is not named") : console::printable(one.by);
}

std::string how_of(const WithdrawnSince& one) {
  const std::string what = one.is_refusal ? "REFUSED" : "WITHDRAWN";
  return one.came_before ? what + ", which the log has before this and this does not name," : what + " SINCE";
}

nlohmann::ordered_json or_null(const std::string& text) { return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text); }

nlohmann::ordered_json json_of(const LedgerRow& row) {
  nlohmann::ordered_json json = {{"index", nullptr},
                                 {"statement", hex(row.statement)},
                                 {"signer", row.signer},
                                 {"claimed_time", row.claimed},
                                 {"act", row.act},
                                 {"profile", or_null(row.profile)},
                                 {"addressee", or_null(row.addressee)},
                                 {"use", or_null(row.use)},
                                 {"items", hex_of(row.items)},
                                 {"shown", row.shown},
                                 {"facts", row.facts},
                                 {"bag", or_null(row.bag)},
                                 {"reason", or_null(row.reason)},
                                 {"consents", hex_of(row.consents)},
                                 {"necessity", or_null(row.necessity)},
                                 {"in_spite_of", hex_of(row.in_spite_of)},
                                 {"withdrawn_since", nlohmann::ordered_json::array()},
                                 {"weight", name_of(row.weight)},
                                 {"error", nullptr}};
  if (row.index) json["index"] = *row.index;
  if (row.failure) json["error"] = name_of(row.failure->code);
  for (const WithdrawnSince& one : row.withdrawn) {
    nlohmann::ordered_json withdrawn = {{"statement", hex(one.statement)}, {"by", or_null(one.by)}, {"claimed_time", one.claimed}, {"item", nullptr},
                                          {"refusal", one.is_refusal}, {"came_before", one.came_before}, {"unread", one.unread}};
    if (one.item) withdrawn["item"] = hex(*one.item);
    json["withdrawn_since"].push_back(withdrawn);
  }
  return json;
}

/// One field of a table.
std::string field(const std::string& text) {
  const auto starts_formula = [&](std::size_t at) {
    constexpr std::string_view full_width[] = {"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};
    const std::string_view rest = std::string_view(text).substr(at);
    return std::string_view("=+-@\t\r").find(rest.front()) != std::string_view::npos ||
           std::any_of(std::begin(full_width), std::end(full_width), [&](std::string_view sign) { return rest.starts_with(sign); });
  };
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size(); ++at) {
    // Some spreadsheets split at a semicolon or tab, whatever the quotes say.
    const bool begins_cell = at == 0 || std::string_view(";\t\r\n").find(text[at - 1]) != std::string_view::npos;
    if (begins_cell && starts_formula(at)) out += '\'';
    out += text[at] == '"' ? std::string("\"\"") : std::string(1, text[at]);
  }
  return out + "\"";
}

std::string line(const std::vector<std::string>& fields) {
  std::string out;
  for (const std::string& one : fields) out += (out.empty() ? "" : ",") + field(one);
  return out + "\r\n";
}

}  // namespace

std::string render_text(const std::vector<LedgerRow>& rows) {
  if (rows.empty()) return "Nothing has left the case, as far as its statements say.\n";
  std::string text;
  for (const LedgerRow& row : rows) {
    text += std::string(mark_of(row.weight)) + row.claimed + " (claimed)  " + row.act + "  by " + row.signer + "  statement " + short_name(row.statement) +
            (row.index ? ", entry " + std::to_string(*row.index) : row.weight == Weight::second ? std::string() : std::string(", not at the server yet")) + "\n";
    if (row.weight == Weight::revoked) text += "    its member is revoked there: the statement counts for nothing, and what left has left\n";
    if (row.failure) {
      text += "    what it was cannot be read here: " + std::string(words_of(row.failure->code)) + "\n";
      continue;
    }
    text += "    " + (row.profile.empty() ? std::string("single facts") : console::printable(row.profile)) + " for " + row.use + ", to " +
            (row.addressee.empty() ? std::string("nobody named") : console::printable(row.addressee)) + "\n";
    if (!row.shown.empty()) text += "    shown: " + joined(row.shown, ", ") + "\n";
    text += "    items: " + joined(short_of(row.items), ", ") + (row.facts.empty() ? "" : "; facts: " + console::printable(joined(row.facts, ", "))) + "\n";
    if (!row.consents.empty()) text += (row.necessity.empty() ? "    by consent: statement " : "    others had consented: statement ") + joined(short_of(row.consents), ", ") + "\n";
    if (!row.necessity.empty()) text += "    without consent, because: " + console::printable(row.necessity) + "\n";
    if (!row.in_spite_of.empty()) text += "    IN SPITE OF statement " + joined(short_of(row.in_spite_of), ", ") + "\n";
    for (const WithdrawnSince& one : row.withdrawn)
      text += "    " + how_of(one) + " by " + by_of(one) + ", " + one.claimed + " (claimed), " +
              (one.unread ? std::string("statement ") + short_name(one.statement) : one.item ? "item " + short_name(*one.item) : std::string("the whole case")) + "\n";
  }
  return text;
}

std::string render_json(const std::vector<LedgerRow>& rows) {
  nlohmann::ordered_json json = {{"ledger", nlohmann::ordered_json::array()}};
  for (const LedgerRow& row : rows) json["ledger"].push_back(json_of(row));
  return casecli::json_line(json);
}

std::string render_csv(const std::vector<LedgerRow>& rows) {
  std::string text = line({"claimed_time", "act", "profile", "addressee", "use", "items", "shown", "facts", "consents", "necessity",
                           "in_spite_of", "withdrawn_since", "signer", "statement", "index", "bag", "reason", "error", "weight"});
  for (const LedgerRow& row : rows) {
    std::vector<std::string> withdrawn;
    for (const WithdrawnSince& one : row.withdrawn) withdrawn.push_back(how_of(one) + " by " + by_of(one) + " " + one.claimed + " " + short_name(one.statement));
    text += line({row.claimed, row.act, row.profile, row.addressee, row.use, joined(hex_of(row.items), " "), joined(row.shown, " "),
                  joined(row.facts, " "), joined(hex_of(row.consents), " "), row.necessity, joined(hex_of(row.in_spite_of), " "),
                  joined(withdrawn, "; "), row.signer, hex(row.statement), row.index ? std::to_string(*row.index) : std::string(), row.bag, row.reason,
                  row.failure ? std::string(name_of(row.failure->code)) : std::string(), std::string(name_of(row.weight))});
  }
  return text;
}

}  // namespace dokaz
