// SPDX-License-Identifier: GPL-3.0-or-later
// The order of the check of a dossier: that of format.md section 19, however many threads work on it.
#include "casework/verify/dossier.hpp"

#include <algorithm>

#include "casework/verify/dossier_statements.hpp"
#include "casework/verify/limits.hpp"
#include "casework/verify/parallel.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

constexpr std::size_t max_documents = 2'000;

struct CheckedItem {
  Report::BytesAnswer bytes;
  std::optional<Proven> stored;
  std::optional<Error> failure;
  std::string where;
};

class Check {
 public:
  Check(const Bag& files, const Hashes& hashes, const Trust& trust)
      : hashes_(hashes), parts_(files, &hashes), trust_(trust), checkpoints_(trust) {
    report_.root = hex(trust.root);
    report_.root_given = trust.root_given;
    report_.policy_given = trust.policy_given;
  }

  DossierReport run() {
    if (auto outcome = steps(); !outcome) {
      report_.failure = Report::Failure{outcome.error(), parts_.here()};
      report_.items.clear();
    }
    return std::move(report_);
  }

 private:
  Status steps() {
    DOKAZ_TRY(check_manifests(parts_));
    DOKAZ_LET(manifest_hash, parts_.hash(part::manifest));
    report_.dossier = hex(manifest_hash);
    DOKAZ_LET(ground, check_ground(parts_, trust_));
    DOKAZ_LET(cover_bytes, parts_.need(part::cover));
    DOKAZ_LET(cover, read_cover(cover_bytes));
    DOKAZ_LET(statements, check_statements(parts_, hashes_, cover, ground, checkpoints_));
    DOKAZ_LET(chains, check_chains(parts_, statements, cover, ground));
    DOKAZ_LET(items, check_items(statements, cover.items, ground));

    std::vector<const Proven*> proven;
    std::set<std::pair<std::uint64_t, TreeHash>> heads_of_items;
    for (const DossierStatement& one : statements) {
      proven.push_back(&*one.proven);
      if (one.item != 0) heads_of_items.emplace(one.proven->head().size, one.proven->head().root);
    }
    for (const CheckedItem& item : items)
      if (item.stored) proven.push_back(&*item.stored);
    DOKAZ_LET(anchors, check_anchors(parts_, trust_, heads_of_items));
    Heads heads;
    DOKAZ_TRY(check_one_history(parts_, proven, heads));
    for (const Anchored& anchor : anchors) DOKAZ_TRY(add_head(heads, anchor.head));

    DossierReport::BytesAnswer bytes;
    DOKAZ_TRY(check_texts(parts_, bytes.known_script, bytes.known_page));
    DOKAZ_TRY(check_documents(bytes.documents));
    DOKAZ_LET(info, parts_.need(part::bag_info));
    DOKAZ_TRY(check_bag_info(info, report_.dossier, parts_.all()));
    if (const std::string unused = parts_.unused(); !unused.empty()) {
      parts_.at(unused);
      return fail(Errc::malformed, "a part that has no place in a dossier");
    }
    for (const auto& [path, content] : parts_.all()) bytes.size += content.size();
    bytes.files = parts_.all().size();
    report_.bytes = bytes;
    report_.addressee = cover.addressee;
    report_.use = cover.use;
    report_.exporter = ground.exporter;
    report_.exporter_fingerprint = ground.exporter_fingerprint;
    report_.roster = ground.authority.roster->number;
    report_.chains = std::move(chains);
    for (const Anchored& anchor : anchors)
      report_.stamps.insert(report_.stamps.end(), anchor.stamps.begin(), anchor.stamps.end());
    answer_items(statements, items, ground, proven, anchors);
    answer_whole(proven, heads, ground);
    return {};
  }

  /// Files, facts, objects and the server's answer of each item, by several threads.
  Result<std::vector<CheckedItem>> check_items(const std::vector<DossierStatement>& statements, std::size_t count,
                                               const Ground& ground) {
    std::vector<CheckedItem> items(count);
    std::vector<std::unique_ptr<Parts>> views(count);
    in_parallel(count, [&](std::size_t i) {
      views[i] = std::make_unique<Parts>(parts_.all(), &hashes_);
      if (const Status status = check_item(*views[i], *statements[i].proven, i + 1, ground, items[i]); !status) {
        items[i].failure = status.error();
        items[i].where = views[i]->here();
      }
    });
    for (std::size_t i = 0; i < count; ++i) {
      parts_.join(*views[i]);
      if (!items[i].failure) continue;
      parts_.at(items[i].where);
      return *items[i].failure;
    }
    return items;
  }

  Status check_item(Parts& view, const Proven& item, std::size_t number, const Ground& ground, CheckedItem& out) {
    const ItemPlace place = ItemPlace::of_dossier(number);
    DOKAZ_LET(bytes, check_item_files(view, place, item.statement.statement));
    DOKAZ_LET(stored, check_receive(view, place, item, ground, checkpoints_));
    DOKAZ_TRY(check_person(view, item.statement.member, ground.authority));
    out.bytes = std::move(bytes);
    out.stored = std::move(stored);
    return {};
  }

  Status check_documents(std::size_t& count) {
    const Bag& files = parts_.all();
    for (auto at = files.lower_bound(std::string(part::documents));
         at != files.end() && at->first.starts_with(part::documents); ++at) {
      parts_.find(at->first);
      if (++count > max_documents) return fail(Errc::malformed, "more documents than a dossier may have");
    }
    return {};
  }

  void answer_items(const std::vector<DossierStatement>& statements, std::vector<CheckedItem>& items, const Ground& ground,
                    const std::vector<const Proven*>& proven, const std::vector<Anchored>& anchors) {
    Witnessed witnessed;
    for (const Proven* one : proven) note_witnessed(witnessed, *one);
    for (std::size_t i = 0; i < items.size(); ++i) {
      const Proven& item = *statements[i].proven;
      const Member* member = ground.authority.members.find(item.statement.member);
      const std::uint32_t epoch = ground.authority.members.epoch_of(item.statement.member);
      Report one;
      one.root = report_.root;
      one.item = hex(item.statement.statement.hash());
      one.bytes = std::move(items[i].bytes);
      one.signed_by = Report::SignedAnswer{
          {member->pseudonym, std::string(name_of(member->role)), hex(item.statement.member),
           ground.authority.admitted.contains(member->pseudonym) ? "invitation signed by the case root"
                                                                 : "roster signed by the case root",
           epoch},
          ground.exporter, std::string(name_of(item.fields().act)), report_.roster, ground.exporter_fingerprint};
      one.root_given = trust_.root_given;
      one.policy_given = trust_.policy_given;
      note_ungiven(one.limits, trust_);
      answer_log(one, item, ground.same_policy);
      answer_time(one, item, witnessed, anchors);
      answer_stored(one, item, items[i].stored, ground.authority);
      report_.items.push_back(std::move(one));
    }
  }

  void add_limit(const std::string& text) {
    if (std::find(report_.limits.begin(), report_.limits.end(), text) == report_.limits.end())
      report_.limits.push_back(text);
  }

  void answer_whole(const std::vector<const Proven*>& proven, const Heads& heads, const Ground& ground) {
    for (const Report& item : report_.items)
      for (const std::string& limit : item.limits) add_limit(limit);
    for (const ShownChain& chain : report_.chains)
      for (const ShownChain::Gap& gap : chain.withheld)
        if (gap.reason.empty()) add_limit(std::string(limit::no_reason));
    for (const Report::Stamp& stamp : report_.stamps)
      if (!stamp.confirmed) add_limit(std::string(limit::unconfirmed_stamps));
    DossierReport::LogAnswer log;
    log.origin = proven.front()->checkpoint->checkpoint.origin;
    log.size = heads.rbegin()->first;
    log.checkpoints = heads.size();
    log.same_policy = ground.same_policy;
    std::set<std::string> witnesses;
    for (const Proven* one : proven)
      for (const Cosignature& witness : one->checkpoint->witnesses) witnesses.insert(witness.witness);
    log.witnesses.assign(witnesses.begin(), witnesses.end());
    report_.log = std::move(log);
  }

  const Hashes& hashes_;
  Parts parts_;
  const Trust& trust_;
  Checkpoints checkpoints_;
  DossierReport report_;
};

}  // namespace

Outcome DossierReport::outcome() const {
  if (failure) return Outcome::failed;
  return limits.empty() ? Outcome::verified : Outcome::verified_with_limits;
}

int DossierReport::exit_code() const {
  if (failure) return dokaz::exit_code(failure->error.code);
  return limits.empty() ? exit_ok : exit_verified_with_limits;
}

std::string ranges(const std::vector<std::uint64_t>& numbers) {
  std::string out;
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t end = i;
    while (end + 1 < numbers.size() && numbers[end + 1] == numbers[end] + 1) ++end;
    out += (out.empty() ? "" : ", ") + std::to_string(numbers[i]);
    if (end > i) out += (end == i + 1 ? ", " : "-") + std::to_string(numbers[end]);
    i = end + 1;
  }
  return out;
}

DossierReport verify_dossier(const Bag& files, const Trust& trust) {
  return verify_dossier(files, hash_all(files, true), trust);
}

DossierReport verify_dossier(const Bag& files, const Hashes& hashes, const Trust& trust) {
  return Check(files, hashes, trust).run();
}

}  // namespace dokaz
