// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/item.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "casework/casefile/acts.hpp"
#include "casework/casefile/plaintext.hpp"
#include "crypto/encoding.hpp"
#include "crypto/files_readable.hpp"
#include "proto/format/recovery.hpp"

namespace dokaz {
namespace {

constexpr std::string_view clean_prefix = "clean.", original_prefix = "original.";
constexpr std::string_view recovery_name = "recovery";

/// One of the item's objects, opened.
struct Half {
  std::vector<Fact> facts;
  std::string file_name;
  std::shared_ptr<const Plaintext> plaintext;
  std::shared_ptr<const Readable> content;  // the file within it
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

Status nowhere(ByteView) { return {}; }

/// The object as it is on the server: its hash was compared.
Result<std::shared_ptr<const Readable>> open_object_file(const CaseFile& file, const ObjectRef& object) {
  auto opened = File::open(file.object_path(object.id), File::Access::read);
  if (!opened && opened.code() == Errc::not_found) return fail(Errc::missing_part, "an object was not pulled yet");
  if (!opened) return opened.error();
  DOKAZ_LET(size, opened->size());
  auto content = std::make_shared<const ReadableFile>(std::move(*opened), size);
  DOKAZ_LET(hash, BagFile(content).hash());
  if (hash.raw() != object.id.raw()) return Errc::hash_mismatch;
  if (size != object.size) return fail(Errc::hash_mismatch, "its statement claims another size than the object has");
  return std::shared_ptr<const Readable>(std::move(content));
}

Result<Half> open_half(const CaseFile& file, const Statement& statement, const std::shared_ptr<const Readable>& object) {
  auto plain = Plaintext::open(object, file.identities(Group::team));
  if (!plain && plain.code() == Errc::age_no_match && file.opens(Group::legal))
    plain = Plaintext::open(object, file.identities(Group::legal));
  if (!plain) return plain.error();
  DOKAZ_LET(content, read_object(**plain));
  DOKAZ_LET(facts, read_facts(content.facts));
  const auto& committed = statement.fields().facts;
  for (const Fact& fact : facts)
    if (std::find(committed.begin(), committed.end(), fact.digest()) == committed.end()) return Errc::bad_disclosure;
  return Half{std::move(facts), std::move(content.file_name), *plain,
              std::make_shared<const Slice>(*plain, content.file_at, content.file_size), std::move(content.sidecars)};
}

/// No name stands twice that may not. How many facts there are.
Result<std::size_t> count_facts(const std::vector<Fact>& team, const std::vector<Fact>& legal) {
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
  return digests.size();
}

/// The two facts files hold all that the statement commits to: nothing is left to be chosen and shown later.
Status check_complete(const Statement& statement, const std::vector<Fact>& team, const std::vector<Fact>& legal) {
  DOKAZ_LET(held, count_facts(team, legal));
  // Each of them is committed to (open_half), so equal numbers are equal sets.
  if (held != statement.fields().facts.size())
    return fail(Errc::bad_disclosure, "the statement commits to facts that its objects do not hold");
  return {};
}

/// The hashes that facts say of a file.
struct Said {
  std::string sha256;
  std::optional<std::string> sha512 = {};
};

/// A file whose reading fails at its end unless it has these hashes.
BagFile checked(BagFile file, Said said) {
  const std::uint64_t size = file.size();
  return BagFile(size, [file = std::move(file), said = std::move(said)](const Sink& sink) -> Status {
    Sha256Stream hash;
    Sha512Stream longer;
    DOKAZ_TRY(file.copy_to([&](ByteView bytes) {
      hash.update(bytes);
      if (said.sha512) longer.update(bytes);
      return sink(bytes);
    }));
    if (said.sha256 != hex(hash.finish())) return Errc::hash_mismatch;
    if (said.sha512 && *said.sha512 != hex(longer.finish())) return Errc::hash_mismatch;
    return {};
  });
}

/// The file under what `stem`.size, `stem`.sha256 and, where it is there, `stem`.sha512 say of it.
Result<BagFile> checked_by_facts(BagFile file, const std::vector<Fact>& facts, const std::string& stem) {
  DOKAZ_LET(size, number_of_fact(facts, stem + ".size"));
  DOKAZ_LET(hash, text_of_fact(facts, stem + ".sha256"));
  if (size != file.size()) return Errc::hash_mismatch;
  Said said{hash};
  if (const Fact* longer = find_fact(facts, stem + ".sha512")) {
    said.sha512 = longer->as_text();
    if (!said.sha512) return Errc::hash_mismatch;
  }
  return checked(std::move(file), std::move(said));
}

/// A clean copy, read for a recovery that may have been made to jump about in it: each jump deciphers a piece
/// for what may be one byte.
class CleanForRecovery : public Readable {
 public:
  CleanForRecovery(const Half& team, std::uint64_t original_size) : team_(team) {
    // A window of 1 MiB that `write_recovery` makes refers to at most 16 MiB.
    constexpr std::uint64_t most_times = 32, at_least = std::uint64_t{64} << 20;
    limit_ = team.plaintext->deciphered() + most_times * std::max(size(), original_size) + at_least;
  }
  std::uint64_t size() const override { return team_.content->size(); }
  Status read(std::span<Byte> into, std::uint64_t offset) const override {
    if (team_.plaintext->deciphered() > limit_) return fail(Errc::malformed, "recovery jumps about in the clean copy");
    return team_.content->read(into, offset);
  }

 private:
  const Half& team_;
  std::uint64_t limit_;
};

/// The original of a clean copy and its recovery, made anew at each reading.
BagFile rebuilt(const Half& team, const Half& legal, std::uint64_t size) {
  return BagFile(size, [team, recovery = legal.content, size](const Sink& sink) -> Status {
    const CleanForRecovery clean(team, size);
    RecoveryReader reader(clean, size, sink);
    DOKAZ_TRY(recovery->copy_to([&](ByteView bytes) { return reader.feed(bytes); }));
    return reader.finish();
  });
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
  DOKAZ_LET(clean, checked_by_facts(BagFile(team.content), team.facts, "clean"));
  DOKAZ_LET(recovery_hash, text_of_fact(legal.facts, "recovery.sha256"));
  DOKAZ_TRY(checked(BagFile(legal.content), Said{recovery_hash}).copy_to(nowhere));
  DOKAZ_LET(original_size, number_of_fact(legal.facts, "original.size"));
  if (original_size > max_object_file_size) return Errc::too_large;
  DOKAZ_LET(original,
            checked_by_facts(rebuilt(team, legal, original_size), legal.facts, "original"));

  item.team = std::move(team.facts);
  item.legal = std::move(legal.facts);
  item.clean = ShownFile{extension, std::move(clean)};
  item.original = {extension, std::move(original)};
  item.sidecars = std::move(legal.sidecars);
  return {};
}

/// The team's object alone, in the folder of somebody without the legal group's key.
Status open_team_half(Half team, OpenItem& item) {
  if (!team.file_name.starts_with(clean_prefix))
    return fail(Errc::malformed, "an object holds something else than its group's file");
  DOKAZ_TRY(count_facts(team.facts, {}));
  DOKAZ_TRY(check_without(team.facts, {"cleaned", "uncleaned.reason", "uncleaned.detail"}));
  DOKAZ_LET(clean, checked_by_facts(BagFile(team.content), team.facts, "clean"));
  item.clean = ShownFile{team.file_name.substr(clean_prefix.size()), std::move(clean)};
  item.team = std::move(team.facts);
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
  DOKAZ_LET(original, checked_by_facts(BagFile(legal.content), legal.facts, "original"));
  item.legal = std::move(legal.facts);
  item.original = {legal.file_name.substr(original_prefix.size()), std::move(original)};
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

Result<std::vector<Fact>> open_act(const CaseFile& file, const Statement& statement) {
  const auto& objects = statement.fields().objects;
  if (objects.size() != 1) return fail(Errc::malformed, "not one object for an act");
  DOKAZ_LET(content, open_object_file(file, objects.front()));
  DOKAZ_LET(half, open_half(file, statement, content));
  if (half.file_name != "act") return fail(Errc::malformed, "an act's object holds a file");
  DOKAZ_TRY(check_complete(statement, {}, half.facts));
  DOKAZ_TRY(check_act_facts(statement.fields().act, half.facts));
  return std::move(half.facts);
}

Result<std::vector<Fact>> read_item_facts(const CaseFile& file, const Statement& statement) {
  std::vector<Fact> all;
  Errc why = Errc::missing_part;
  for (const ObjectRef& object : statement.fields().objects) {
    auto opened = File::open(file.object_path(object.id), File::Access::read);
    if (!opened && opened.code() == Errc::not_found) continue;
    if (!opened) return opened.error();
    // What the facts are follows from the statement, which commits to each: nothing else of the object has to hold.
    auto half = open_half(file, statement, std::make_shared<const ReadableFile>(std::move(*opened), object.size));
    if (!half && half.code() == Errc::age_no_match) {
      why = half.code();
      continue;
    }
    if (!half) return half.error();
    all.insert(all.end(), half->facts.begin(), half->facts.end());
  }
  if (all.empty()) return why;
  return all;
}

Result<OpenItem> open_item_unread(const CaseFile& file, const Statement& statement) {
  OpenItem item;
  std::optional<Half> team, legal;
  for (const ObjectRef& object : statement.fields().objects) {
    DOKAZ_LET(content, open_object_file(file, object));
    auto opened = open_half(file, statement, content);
    if (!opened && opened.code() == Errc::age_no_match && !file.opens(Group::legal) && !item.legal_is_sealed) {
      item.legal_is_sealed = true;
      item.objects.emplace(object.id, checked(BagFile(content), Said{hex(object.id)}));
      continue;
    }
    DOKAZ_LET(half, std::move(opened));
    DOKAZ_LET(which, text_of_fact(half.facts, "object"));
    auto& slot = which == name_of(Group::team) ? team : legal;
    if (slot || (which != name_of(Group::team) && which != name_of(Group::legal)))
      return fail(Errc::malformed, "not one object of each group");
    slot = std::move(half);
    item.objects.emplace(object.id, checked(BagFile(content), Said{hex(object.id)}));
  }
  if (item.legal_is_sealed) {
    if (legal) return fail(Errc::malformed, "not one object of each group");
    if (team) DOKAZ_TRY(open_team_half(std::move(*team), item));
    return item;
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

Result<OpenItem> open_item(const CaseFile& file, const Statement& statement) {
  DOKAZ_LET(item, open_item_unread(file, statement));
  if (item.clean) DOKAZ_TRY(item.clean->content.copy_to(nowhere));
  if (!item.legal_is_sealed) DOKAZ_TRY(item.original.content.copy_to(nowhere));
  return item;
}

}  // namespace dokaz
