// SPDX-License-Identifier: GPL-3.0-or-later
// The order of the check of an exhibit, and the answers that it gives.
#include "casework/verify/verify.hpp"

#include "casework/verify/checks.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

class Check {
 public:
  Check(const Bag& files, const Hashes* hashes, const Trust& trust)
      : parts_(files, hashes), trust_(trust), checkpoints_(trust) {
    report_.root = hex(trust.root);
    report_.root_given = trust.root_given;
    report_.policy_given = trust.policy_given;
  }

  Report run() {
    if (auto outcome = steps(); !outcome) report_.failure = Report::Failure{outcome.error(), parts_.here()};
    return std::move(report_);
  }

 private:
  Status steps() {
    DOKAZ_TRY(check_manifests(parts_));
    DOKAZ_LET(ground, check_ground(parts_, trust_));
    DOKAZ_LET(chain, check_chain(parts_, ground, checkpoints_));
    const Proven& item = chain.item;
    const Statement& statement = item.statement.statement;
    const ItemPlace place = ItemPlace::of_exhibit();
    report_.item = hex(statement.hash());
    DOKAZ_TRY(check_item_act(parts_, place.statement(), statement));
    DOKAZ_LET(bytes, check_item_files(parts_, place, statement));
    DOKAZ_TRY(check_texts(parts_, bytes.known_script, bytes.known_page));
    DOKAZ_LET(stored, check_receive(parts_, place, item, ground, checkpoints_));
    DOKAZ_LET(anchors, check_anchors(parts_, trust_, {{item.head().size, item.head().root}}));

    std::vector<const Proven*> proven;
    for (const Proven& one : chain.before) proven.push_back(&one);
    proven.push_back(&item);
    if (stored) proven.push_back(&*stored);
    Heads heads;
    DOKAZ_TRY(check_one_history(parts_, proven, heads));
    for (const Anchored& anchor : anchors) DOKAZ_TRY(add_head(heads, anchor.head));
    DOKAZ_LET(signer, check_person(parts_, item.statement.member, ground.authority));
    DOKAZ_LET(info, parts_.need(part::bag_info));
    DOKAZ_TRY(check_bag_info(info, report_.item, parts_.all()));
    if (const std::string unused = parts_.unused(); !unused.empty()) {
      parts_.at(unused);
      return fail(Errc::malformed, "a part that has no place in an exhibit");
    }

    for (const auto& [path, content] : parts_.all()) bytes.size += content.size();
    bytes.files = parts_.all().size();
    report_.bytes = std::move(bytes);
    report_.signed_by = Report::SignedAnswer{signer, ground.exporter, std::string(name_of(statement.fields().act)),
                                             ground.authority.roster->number, ground.exporter_fingerprint};
    note_ungiven(report_.limits, trust_);
    Witnessed witnessed;
    for (const Proven* one : proven) note_witnessed(witnessed, *one);
    answer_log(report_, item, ground.same_policy);
    answer_time(report_, item, witnessed, anchors);
    answer_stored(report_, item, stored, ground.authority);
    return {};
  }

  Parts parts_;
  const Trust& trust_;
  Checkpoints checkpoints_;
  Report report_;
};

}  // namespace

Report verify_exhibit(const Bag& files, const Trust& trust) { return Check(files, nullptr, trust).run(); }

Report verify_exhibit(const Bag& files, const Hashes& hashes, const Trust& trust) {
  return Check(files, &hashes, trust).run();
}

Report verify_exhibit(const std::filesystem::path& folder, const Trust& trust) {
  std::string where;
  auto files = open_bag(folder, &where);
  if (files) return verify_exhibit(*files, hash_all(*files, false), trust);
  Report report;
  report.root = hex(trust.root);
  report.failure = Report::Failure{files.error(), where};
  return report;
}

}  // namespace dokaz
