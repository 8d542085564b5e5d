// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/item_facts.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "console/console.hpp"
#include "crypto/encoding.hpp"
#include "proto/format/statement.hpp"

namespace dokaz {
namespace {

static_assert(max_facts_of_item * 47 + 600 <= max_statement_size);
// So many elements of the longest kind fit into one disclosure with room to spare.
constexpr std::size_t removed_per_fact = 200;
constexpr std::size_t warnings_size_per_fact = 16384;
constexpr std::size_t contradictions_per_fact = 4;

std::vector<Fact> team_facts(const TakenIn& item, std::string_view note) {
  std::vector<Fact> facts;
  facts.push_back(Fact::text("object", "team"));
  facts.push_back(Fact::text("media.type", item.media_type));
  facts.push_back(Fact::text("clean.sha256", hex(item.clean_sha256)));
  facts.push_back(Fact::number("clean.size", item.clean->size()));
  if (!item.coded_sha256.is_zero()) facts.push_back(Fact::text("coded.sha256", hex(item.coded_sha256)));
  if (item.width > 0) facts.push_back(Fact::number("image.width", item.width));
  if (item.height > 0) facts.push_back(Fact::number("image.height", item.height));
  for (const MetadataFact& fact : item.facts)
    if (fact.name == "media.duration") facts.push_back(Fact::number(fact.name, std::get<std::uint64_t>(fact.value)));
  if (!note.empty()) facts.push_back(Fact::text("note", note));
  return facts;
}

void add_metadata(std::vector<Fact>& facts, const std::vector<MetadataFact>& metadata) {
  for (const MetadataFact& fact : metadata) {
    if (fact.name == "image.width" || fact.name == "image.height") continue;  // stated as coded, for the team
    if (fact.name == "media.duration") continue;                              // the clean copy tells it as well
    if (const auto* text = std::get_if<std::string>(&fact.value))
      facts.push_back(Fact::text(fact.name, *text));
    else
      facts.push_back(Fact::number(fact.name, std::get<std::uint64_t>(fact.value)));
  }
}

/// One fact, or several of the same name where one disclosure would be too long.
Status add_removed(std::vector<Fact>& facts, const std::vector<RemovedElement>& removed) {
  for (std::size_t from = 0; from < removed.size(); from += removed_per_fact) {
    nlohmann::json list = nlohmann::json::array();
    for (std::size_t i = from; i < std::min(removed.size(), from + removed_per_fact); ++i)
      list.push_back(
          {{"bytes", removed[i].length}, {"kind", removed[i].kind}, {"sha256", hex(removed[i].digest)}});
    DOKAZ_LET(fact, Fact::json("removed", list.dump()));
    facts.push_back(std::move(fact));
  }
  return {};
}

/// The words of the checks, for the team.
Status add_checks(std::vector<Fact>& facts, const std::vector<std::string>& checks) {
  DOKAZ_LET(fact, Fact::json("clean.checks", nlohmann::json(checks).dump()));
  facts.push_back(std::move(fact));
  return {};
}

Status add_warnings(std::vector<Fact>& facts, const std::vector<std::string>& warnings) {
  for (std::size_t next = 0; next < warnings.size();) {
    nlohmann::json list = nlohmann::json::array();
    for (std::size_t size = 0; next < warnings.size() && size < warnings_size_per_fact; ++next) {
      size += warnings[next].size();
      list.push_back(warnings[next]);
    }
    DOKAZ_LET(fact, Fact::json("warning", list.dump()));
    facts.push_back(std::move(fact));
  }
  return {};
}

Status add_contradictions(std::vector<Fact>& facts, const std::vector<Contradiction>& contradictions) {
  for (std::size_t from = 0; from < contradictions.size(); from += contradictions_per_fact) {
    nlohmann::json list = nlohmann::json::array();
    for (std::size_t i = from; i < std::min(contradictions.size(), from + contradictions_per_fact); ++i) {
      nlohmann::json values = nlohmann::json::array();
      for (const Contradiction::Value& one : contradictions[i].values)
        values.push_back({{"source", one.source}, {"value", one.value}});
      list.push_back({{"fact", contradictions[i].fact}, {"values", std::move(values)}});
    }
    DOKAZ_LET(fact, Fact::json("contradiction", list.dump()));
    facts.push_back(std::move(fact));
  }
  return {};
}

std::string stated_name(std::string_view file_name, std::vector<std::string>& warnings) {
  std::string name(file_name);
  if (is_utf8(name)) return name;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  constexpr std::string_view said = "A file's name is not text in UTF-8; each byte that is not ASCII is written as ?.";
  if (std::find(warnings.begin(), warnings.end(), said) == warnings.end()) warnings.emplace_back(said);
  return name;
}

Status add_sidecars(std::vector<Fact>& facts, const std::vector<Sidecar>& sidecars,
                    std::vector<std::string>& warnings) {
  if (sidecars.empty()) return {};
  nlohmann::json list = nlohmann::json::array();
  for (const Sidecar& sidecar : sidecars)
    list.push_back({{"bytes", sidecar.content.size()},
                    {"kind", sidecar.kind},
                    {"name", stated_name(sidecar.name, warnings)},
                    {"sha256", hex(sha256(sidecar.content))}});
  DOKAZ_LET(fact, Fact::json("sidecar", list.dump()));
  facts.push_back(std::move(fact));
  return {};
}

/// At most 100 characters that do no harm anywhere.
std::string short_ascii(std::string_view text) {
  std::string out(text.substr(0, 100));
  std::replace_if(out.begin(), out.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return out;
}

/// Whatever is stated already, and original.sha512.
std::size_t count_of(const ItemFacts& facts) { return facts.team.size() + facts.legal.size() + 1; }

void add_decoys(ItemFacts& facts) {
  while (count_of(facts) % fact_count_step != 0) {
    const auto random_text = random_id<FixedBytes<struct DecoyTag, 16>>();
    facts.legal.push_back(Fact::text("decoy", base64url(random_text.view())));
  }
}

}  // namespace

bool check_text(std::string_view text) {
  std::string visible(text);
  std::replace_if(visible.begin(), visible.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return is_utf8(text) && console::printable(visible) == visible;
}

Status check_note(std::string_view note) {
  if (note.size() > max_written_note_size) return fail(Errc::too_large, "the note is longer than 8 KiB");
  if (!check_text(note)) return fail(Errc::malformed, "the note is not plain UTF-8 text");
  return {};
}

Result<ItemFacts> facts_of(const TakenIn& item, std::string_view file_name, std::string_view note,
                           const std::vector<Sidecar>& sidecars, const std::vector<Fact>& stated) {
  DOKAZ_TRY(check_note(note));
  ItemFacts facts{team_facts(item, note), {}};
  DOKAZ_TRY(add_checks(facts.team, item.checks));
  std::vector<std::string> warnings = item.warnings;
  const std::string name = stated_name(file_name, warnings);

  std::vector<Fact>& legal = facts.legal;
  legal.push_back(Fact::text("object", "legal"));
  legal.push_back(Fact::text("original.sha256", hex(item.original_sha256)));
  legal.push_back(Fact::number("original.size", item.original->size()));
  legal.push_back(Fact::text("original.name", name));
  legal.push_back(Fact::text("recovery.sha256", hex(item.recovery_sha256)));
  legal.insert(legal.end(), stated.begin(), stated.end());
  add_metadata(legal, item.facts);
  DOKAZ_TRY(add_contradictions(legal, item.contradictions));
  DOKAZ_TRY(add_removed(legal, item.removed));
  DOKAZ_TRY(add_sidecars(legal, sidecars, warnings));
  DOKAZ_TRY(add_warnings(legal, warnings));
  add_decoys(facts);
  if (count_of(facts) > max_facts_of_item)
    return fail(Errc::too_large, "more facts than one statement can hold");
  return facts;
}

Result<ItemFacts> facts_of_uncleaned(const UncleanedFile& file, const Sha256& original_sha256,
                                     std::string_view file_name, std::string_view note,
                                     const std::vector<Sidecar>& sidecars, const std::vector<Fact>& stated) {
  DOKAZ_TRY(check_note(note));
  std::vector<std::string> warnings;
  ItemFacts facts;
  std::vector<Fact>& legal = facts.legal;
  legal.push_back(Fact::text("object", "legal"));
  legal.push_back(Fact::text("original.sha256", hex(original_sha256)));
  legal.push_back(Fact::number("original.size", file.original->size()));
  legal.push_back(Fact::text("original.name", stated_name(file_name, warnings)));
  DOKAZ_LET(not_cleaned, Fact::json("cleaned", "false"));
  legal.push_back(std::move(not_cleaned));
  legal.push_back(Fact::text("uncleaned.reason", name_of(file.refusal.code)));
  if (const std::string detail = short_ascii(file.refusal.detail); !detail.empty())
    legal.push_back(Fact::text("uncleaned.detail", detail));
  if (!note.empty()) legal.push_back(Fact::text("note", note));
  legal.insert(legal.end(), stated.begin(), stated.end());
  DOKAZ_TRY(add_sidecars(legal, sidecars, warnings));
  DOKAZ_TRY(add_warnings(legal, warnings));
  add_decoys(facts);
  if (count_of(facts) > max_facts_of_item)
    return fail(Errc::too_large, "more facts than one statement can hold");
  return facts;
}

std::vector<SidecarMember> sidecar_members(const std::vector<Sidecar>& sidecars) {
  std::vector<SidecarMember> members;
  for (const Sidecar& sidecar : sidecars) members.push_back({sidecar.kind, sidecar.content});
  return members;
}

void add_original_sha512(ItemFacts& facts, const Sha512& hash) {
  facts.legal.push_back(Fact::text("original.sha512", hex(hash)));
}

}  // namespace dokaz
