// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/item.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "crypto/age/envelope.hpp"
#include "crypto/encoding.hpp"
#include "proto/format/recovery.hpp"

namespace dokaz {
namespace {

constexpr std::uint64_t max_original = std::uint64_t{1} << 30;
constexpr std::string_view clean_prefix = "clean.", original_prefix = "original.";
constexpr std::string_view recovery_name = "recovery";

struct Half {
  std::vector<Fact> facts;
  std::string file_name;
  Bytes content;
  std::vector<SidecarMember> sidecars;
};

Result<std::string> text_of_fact(const std::vector<Fact>& facts, std::string_view name) {
  const Fact* fact = find_fact(facts, name);
  if (fact == nullptr || !fact->as_text()) return fail(Errc::bad_disclosure, "a fact that every item has is missing");
  return *fact->as_text();
}

Result<std::uint64_t> number_of_fact(const std::vector<Fact>& facts, std::string_view name) {
  const Fact* fact = find_fact(facts, name);
  if (fact == nullptr || !fact->as_number()) return fail(Errc::bad_disclosure, "a fact that every item has is missing");
  return *fact->as_number();
}

Result<Bytes> read_object_file(const CaseFile& file, const ObjectRef& object) {
  auto content = read_file(file.object_path(object.id), object.size);
  if (!content && content.code() == Errc::not_found) return fail(Errc::missing_part, "an object was not pulled yet");
  if (!content && content.code() == Errc::too_large) return Errc::hash_mismatch;
  if (!content) return content.error();
  if (content->size() != object.size || sha256(*content).raw() != object.id.raw()) return Errc::hash_mismatch;
  return content;
}

Result<Half> open_half(const CaseFile& file, const Statement& statement, ByteView object) {
  auto plain = age::decrypt(object, file.identity(Group::team));
  if (!plain && plain.code() == Errc::age_no_match) plain = age::decrypt(object, file.identity(Group::legal));
  if (!plain) return plain.error();
  DOKAZ_LET(content, read_object(*plain));
  DOKAZ_LET(facts, read_facts(content.facts));
  const auto& committed = statement.fields().facts;
  for (const Fact& fact : facts)
    if (std::find(committed.begin(), committed.end(), fact.digest()) == committed.end()) return Errc::bad_disclosure;
  return Half{std::move(facts), std::move(content.file_name), std::move(content.file), std::move(content.sidecars)};
}

/// The two facts files hold all that the statement commits to: nothing is left to be chosen and shown later.
Status check_complete(const Statement& statement, const std::vector<Fact>& team, const std::vector<Fact>& legal) {
  std::set<FactDigest> digests;
  std::set<std::string> names;
  for (const std::vector<Fact>* facts : {&team, &legal}) {
    names.erase("object");  // each has its own
    for (const Fact& fact : *facts) {
      digests.insert(fact.digest());
      const bool first = names.insert(fact.name()).second;
      if (!first && !may_repeat(fact.name())) return fail(Errc::bad_disclosure, "two facts of one name");
    }
  }
  // Each of them is committed to (open_half), so equal numbers are equal sets.
  if (digests.size() != statement.fields().facts.size())
    return fail(Errc::bad_disclosure, "the statement commits to facts that its objects do not hold");
  return {};
}

/// What `stem`.size, `stem`.sha256 and, where it is there, `stem`.sha512 say about a file.
Status check_against_facts(ByteView content, const std::vector<Fact>& facts, const std::string& stem) {
  DOKAZ_LET(size, number_of_fact(facts, stem + ".size"));
  DOKAZ_LET(hash, text_of_fact(facts, stem + ".sha256"));
  if (size != content.size() || hash != hex(sha256(content))) return Errc::hash_mismatch;
  if (const Fact* longer = find_fact(facts, stem + ".sha512"))
    if (longer->as_text() != hex(sha512(content))) return Errc::hash_mismatch;
  return {};
}

/// Each sidecar is the one that the fact's entry in its place describes.
Status check_sidecars(const Half& legal) {
  const Fact* fact = find_fact(legal.facts, "sidecar");
  if (fact == nullptr)
    return legal.sidecars.empty() ? Status() : Status(fail(Errc::bad_disclosure, "a sidecar that no fact names"));
  const auto list = nlohmann::json::parse(fact->value_json(), nullptr, false);
  if (!list.is_array() || list.size() != legal.sidecars.size())
    return fail(Errc::bad_disclosure, "the sidecars are not those that the fact names");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const nlohmann::json& said = list[i];
    const SidecarMember& sidecar = legal.sidecars[i];
    if (!said.is_object() || said.value("kind", nlohmann::json()) != sidecar.kind)
      return fail(Errc::bad_disclosure, "the sidecars are not those that the fact names");
    if (said.value("bytes", nlohmann::json()) != sidecar.content.size() ||
        said.value("sha256", nlohmann::json()) != hex(sha256(sidecar.content)))
      return fail(Errc::hash_mismatch, "a sidecar");
  }
  return {};
}

Status check_without(const std::vector<Fact>& facts, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (find_fact(facts, name) != nullptr)
      return fail(Errc::bad_disclosure, "a fact that does not go with whether the item was cleaned");
  return {};
}

/// Team and legal object: clean copy and recovery, which give the original.
Status open_cleaned(const Statement& statement, Half team, Half legal, OpenItem& item) {
  if (!team.file_name.starts_with(clean_prefix) || legal.file_name != recovery_name)
    return fail(Errc::malformed, "an object holds something else than its group's file");
  DOKAZ_TRY(check_complete(statement, team.facts, legal.facts));
  for (const auto* facts : {&team.facts, &legal.facts})
    DOKAZ_TRY(check_without(*facts, {"cleaned", "uncleaned.reason", "uncleaned.detail"}));
  DOKAZ_TRY(check_sidecars(legal));

  const std::string extension = team.file_name.substr(clean_prefix.size());
  DOKAZ_TRY(check_against_facts(team.content, team.facts, "clean"));
  DOKAZ_LET(recovery_hash, text_of_fact(legal.facts, "recovery.sha256"));
  if (recovery_hash != hex(sha256(legal.content))) return Errc::hash_mismatch;
  DOKAZ_LET(original_size, number_of_fact(legal.facts, "original.size"));
  if (original_size > max_original) return Errc::too_large;
  DOKAZ_LET(original, apply_recovery(legal.content, team.content, original_size));
  DOKAZ_TRY(check_against_facts(original, legal.facts, "original"));

  item.team = std::move(team.facts);
  item.legal = std::move(legal.facts);
  item.clean = ShownFile{extension, std::move(team.content)};
  item.original = {extension, std::move(original)};
  item.sidecars = std::move(legal.sidecars);
  return {};
}

/// The legal object alone: what intake refused, as it was.
Status open_uncleaned(const Statement& statement, Half legal, OpenItem& item) {
  DOKAZ_TRY(check_complete(statement, {}, legal.facts));
  DOKAZ_TRY(check_without(legal.facts, {"clean.sha256", "clean.size", "coded.sha256", "recovery.sha256"}));
  const Fact* cleaned = find_fact(legal.facts, "cleaned");
  if (cleaned == nullptr || cleaned->value_json() != "false")
    return fail(Errc::bad_disclosure, "a file that is not cleaned and does not say so");
  DOKAZ_LET(reason, text_of_fact(legal.facts, "uncleaned.reason"));
  if (const auto failure = errc_from_name(reason); !failure || !is_uncleaned_reason(*failure))
    return fail(Errc::bad_disclosure, "no reason why a file could not be cleaned");
  DOKAZ_TRY(check_sidecars(legal));
  DOKAZ_TRY(check_against_facts(legal.content, legal.facts, "original"));
  item.legal = std::move(legal.facts);
  item.original = {legal.file_name.substr(original_prefix.size()), std::move(legal.content)};
  item.sidecars = std::move(legal.sidecars);
  return {};
}

}  // namespace

std::string OpenItem::not_cleaned() const {
  const Fact* reason = find_fact(legal, "uncleaned.reason");
  return reason == nullptr ? std::string() : reason->as_text().value_or("");
}

const Fact* OpenItem::note() const {
  const Fact* in_team = find_fact(team, "note");
  return in_team != nullptr ? in_team : find_fact(legal, "note");
}

bool is_item(const Statement& statement) {
  const Act act = statement.fields().act;
  return act == Act::seal || act == Act::derive || act == Act::redact;
}

Result<const CaseEntry*> find_item(const std::vector<CaseEntry>& entries, std::string_view prefix) {
  constexpr std::size_t shortest = 4;
  constexpr std::size_t longest = 64;
  if (prefix.size() < shortest || prefix.size() > longest)
    return fail(Errc::usage, "an item is named by the first digits of its statement hash, at least 4, as list shows");
  const CaseEntry* found = nullptr;
  for (const CaseEntry& entry : entries) {
    if (!is_item(entry.statement) || !hex(entry.statement.hash()).starts_with(prefix)) continue;
    if (found != nullptr && found->statement != entry.statement)
      return fail(Errc::usage, "more than one item starts like this: give more digits");
    found = &entry;
  }
  if (found == nullptr) return fail(Errc::not_found, "no item starts like this");
  return found;
}

std::vector<std::string> list_names(const std::vector<StatementHash>& items) {
  std::set<std::string> sorted;
  for (const StatementHash& item : items) sorted.insert(hex(item));
  const auto common = [](const std::string& a, const std::string& b) {
    return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin()).first - a.begin());
  };
  std::vector<std::string> names;
  for (const StatementHash& item : items) {
    const auto at = sorted.find(hex(item));
    std::size_t digits = short_name(item).size();
    if (at != sorted.begin()) digits = std::max(digits, common(*at, *std::prev(at)) + 1);
    if (std::next(at) != sorted.end()) digits = std::max(digits, common(*at, *std::next(at)) + 1);
    names.push_back(at->substr(0, digits));
  }
  return names;
}

Result<OpenItem> open_item(const CaseFile& file, const Statement& statement) {
  OpenItem item;
  std::optional<Half> team, legal;
  for (const ObjectRef& object : statement.fields().objects) {
    DOKAZ_LET(bytes, read_object_file(file, object));
    DOKAZ_LET(half, open_half(file, statement, bytes));
    DOKAZ_LET(which, text_of_fact(half.facts, "object"));
    auto& slot = which == name_of(Group::team) ? team : legal;
    if (slot || (which != name_of(Group::team) && which != name_of(Group::legal)))
      return fail(Errc::malformed, "not one object of each group");
    slot = std::move(half);
    item.objects.emplace(object.id, std::move(bytes));
  }
  if (legal && legal->file_name.starts_with(original_prefix)) {
    if (team) return fail(Errc::malformed, "an object for the team of an item that is not cleaned");
    DOKAZ_TRY(open_uncleaned(statement, std::move(*legal), item));
    return item;
  }
  if (!team || !legal) return fail(Errc::missing_part, "the statement names no object for one of the groups");
  DOKAZ_TRY(open_cleaned(statement, std::move(*team), std::move(*legal), item));
  return item;
}

std::optional<StoredReceipt> find_stored(const std::vector<CaseEntry>& entries, const Statement& statement) {
  const std::string wanted = hex(statement.hash());
  for (const CaseEntry& entry : entries)
    if (entry.answered && entry.answered->name() == "statement" && entry.answered->as_text() == wanted)
      return StoredReceipt{entry.statement, *entry.answered, entry.receipt};
  return std::nullopt;
}

}  // namespace dokaz
