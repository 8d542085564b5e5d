// SPDX-License-Identifier: GPL-3.0-or-later
// The item's files against the facts that its statement commits to.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "casework/export/texts/texts.hpp"
#include "casework/verify/checks.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

constexpr std::string_view object_ending = ".age";

/// The one file "<stem>.<ext>" of the item, or empty.
Result<std::string> find_by_stem(Parts& parts, const ItemPlace& place, std::string_view stem) {
  std::string found;
  const std::string prefix = place.folder + std::string(stem) + ".";
  for (auto at = parts.all().lower_bound(prefix); at != parts.all().end() && at->first.starts_with(prefix); ++at) {
    parts.at(at->first);
    const std::string_view extension = std::string_view(at->first).substr(prefix.size());
    const bool allowed = !extension.empty() && extension.size() <= 5 &&
                         std::all_of(extension.begin(), extension.end(),
                                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
    if (!allowed || !found.empty()) return fail(Errc::malformed, "a part that has no place in an exhibit");
    found = at->first;
  }
  return found;
}

/// True if there is a file of that stem; then its hash and size are disclosed facts.
Result<bool> check_disclosed_file(Parts& parts, const ItemPlace& place, std::string_view stem,
                                  const std::vector<Fact>& facts) {
  DOKAZ_LET(path, find_by_stem(parts, place, stem));
  if (path.empty()) return false;
  const BagFile* content = parts.find(path);
  DOKAZ_CHECK(content != nullptr);
  const std::string name(stem);
  const Fact* hash = find_fact(facts, name + ".sha256");
  const Fact* size = find_fact(facts, name + ".size");
  if (hash == nullptr || size == nullptr) return fail(Errc::bad_disclosure, "hash or size is not disclosed");
  DOKAZ_LET(is, parts.hash(path));
  if (hash->as_text() != hex(is)) return Errc::hash_mismatch;
  if (size->as_number() != content->size()) return Errc::hash_mismatch;
  if (const Fact* longer = find_fact(facts, name + ".sha512")) {
    DOKAZ_LET(longer_is, parts.longer_hash(path));
    if (longer->as_text() != hex(longer_is)) return Errc::hash_mismatch;
  }
  return true;
}

/// No more lines than `most`, so that a huge file costs nothing: missing_part, bad_disclosure.
Result<Bytes> read_disclosures(Parts& parts, const std::string& path, std::size_t most) {
  const Error too_many = fail(Errc::bad_disclosure, "more facts than the signer committed to");
  const BagFile* file = parts.find(path);
  if (file != nullptr && file->size() > most * (max_disclosure_size + 1)) return too_many;
  DOKAZ_LET(disclosures, parts.need(path));
  const auto lines = std::count(disclosures.begin(), disclosures.end(), Byte{'\n'});
  if (static_cast<std::size_t>(lines) > most) return too_many;
  return disclosures;
}

/// Whether the exhibit's copy of a text of ours is this version's.
Result<bool> is_known(Parts& parts, std::string_view path, std::string_view text) {
  DOKAZ_LET(hash, parts.hash(path));
  return hash == sha256(text);
}

/// Every fact is committed to; a name occurs once, but for those that may repeat.
Status check_facts(const Statement& item, const std::vector<Fact>& facts) {
  std::set<std::string_view> names;
  for (const Fact& fact : facts) {
    const auto& committed = item.fields().facts;
    if (std::find(committed.begin(), committed.end(), fact.digest()) == committed.end()) return Errc::bad_disclosure;
    const bool first = names.insert(fact.name()).second;
    if (!first && fact.name() != "object" && !may_repeat(fact.name()))
      return fail(Errc::bad_disclosure, "two facts of one name");
  }
  return {};
}

/// Why the item was not cleaned, or empty. What is shown of such an item says so, and shows nothing else:
/// bad_disclosure (format.md section 12).
Result<std::string> check_not_cleaned(const Statement& item, const std::vector<Fact>& facts, bool clean, bool original) {
  const Fact* cleaned = find_fact(facts, "cleaned");
  const Fact* reason = find_fact(facts, "uncleaned.reason");
  const bool one_object = item.fields().objects.size() == 1;
  if (cleaned == nullptr && reason == nullptr) {
    if (original && one_object) return fail(Errc::bad_disclosure, "it is not said that the item is not cleaned");
    return std::string();
  }
  const std::string said = reason == nullptr ? std::string() : reason->as_text().value_or("");
  const auto failure = errc_from_name(said);
  if (cleaned == nullptr || cleaned->value_json() != "false" || !failure || !is_uncleaned_reason(*failure))
    return fail(Errc::bad_disclosure, "whether and why the item is not cleaned");
  bool of_a_clean_copy = clean || !one_object;
  for (const std::string_view name : {"clean.sha256", "clean.size", "coded.sha256", "recovery.sha256"})
    of_a_clean_copy = of_a_clean_copy || find_fact(facts, name) != nullptr;
  if (of_a_clean_copy) return fail(Errc::bad_disclosure, "a clean copy of an item that is not cleaned");
  return said;
}

/// The value as JSON of ASCII only, so that it cannot play tricks on a terminal.
std::string ascii_json(const Fact& fact) {
  const auto value = nlohmann::json::parse(fact.value_json(), nullptr, false);
  if (value.is_discarded()) return "\"?\"";
  return value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

/// By name; the arrays of one name are one array.
std::vector<Report::Disclosed> shown(const std::vector<Fact>& facts) {
  std::vector<Report::Disclosed> out;
  for (const Fact& fact : facts) {
    const std::string value = ascii_json(fact);
    const auto same = std::find_if(out.begin(), out.end(), [&](const auto& one) { return one.name == fact.name(); });
    const bool joins = same != out.end() && may_repeat(fact.name()) && value.front() == '[' && same->value.front() == '[';
    if (!joins)
      out.push_back({fact.name(), value});
    else if (same->value == "[]")
      same->value = value;
    else if (value != "[]")
      same->value.replace(same->value.size() - 1, 1, "," + value.substr(1));
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

}  // namespace

std::string ItemPlace::object(const ObjectId& id) const { return objects + hex(id) + std::string(object_ending); }

ItemPlace ItemPlace::of_exhibit() {
  return {"data/item/", "data/item/objects/", std::string(part::receive), std::string(part::receive_disclosures), true};
}

ItemPlace ItemPlace::of_dossier(std::size_t number) {
  const std::string folder = part::item_folder(number);
  return {folder, folder, folder + "receive", folder + "receive.disclosures", false};
}

Result<Report::BytesAnswer> check_item_files(Parts& parts, const ItemPlace& place, const Statement& item) {
  Report::BytesAnswer answer;
  answer.committed = item.fields().facts.size();
  DOKAZ_LET(disclosures, read_disclosures(parts, place.disclosures(), answer.committed));
  DOKAZ_LET(facts, read_facts(disclosures));
  DOKAZ_TRY(check_facts(item, facts));
  answer.facts = shown(facts);
  answer.not_shown = answer.committed - facts.size();  // the lines of a facts file differ

  DOKAZ_LET(clean, check_disclosed_file(parts, place, "clean", facts));
  answer.clean_copy = clean;
  DOKAZ_LET(original, check_disclosed_file(parts, place, "original", facts));
  answer.original = original;
  parts.at(place.disclosures());
  DOKAZ_LET(not_cleaned, check_not_cleaned(item, facts, clean, original));
  answer.not_cleaned = not_cleaned;

  std::set<std::string> named;
  for (const ObjectRef& object : item.fields().objects) {
    const std::string path = place.object(object.id);
    named.insert(path);
    const BagFile* content = parts.find(path);
    if (content == nullptr) return Errc::missing_part;
    DOKAZ_LET(is, parts.hash(path));
    if (content->size() != object.size || is.raw() != object.id.raw()) return Errc::hash_mismatch;
    ++answer.objects;
  }
  // An object that the statement does not name would say nothing and suggest much.
  for (auto at = parts.all().lower_bound(place.objects);
       at != parts.all().end() && at->first.starts_with(place.objects); ++at) {
    parts.at(at->first);
    const bool is_object = place.objects != place.folder || at->first.ends_with(object_ending);
    if (is_object && !named.contains(at->first))
      return fail(Errc::unlisted_part, "the statement does not name this object");
  }
  return answer;
}

Status check_texts(Parts& parts, bool& known_script, bool& known_page) {
  DOKAZ_LET(script, is_known(parts, part::script, script_text()));
  known_script = script;
  DOKAZ_LET(page, is_known(parts, part::page, page_text()));
  known_page = page;
  return {};
}

}  // namespace dokaz
