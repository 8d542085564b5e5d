// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/seal_act.hpp"

#include <set>

#include "casework/casefile/act_facts.hpp"
#include "crypto/age/envelope.hpp"
#include "crypto/encoding.hpp"
#include "proto/format/object.hpp"

namespace dokaz {
namespace {

/// An act commits to a multiple of so many facts, so that their number tells nothing.
constexpr std::size_t act_facts_step = 8;

Result<std::vector<age::Recipient>> recipients_of(const CaseFile& file, bool for_team) {
  std::set<std::string> texts;
  for (const Group group : {Group::legal, Group::team})
    if (group == Group::legal || for_team)
      for (std::string& one : file.roster()->recipients_of(group)) texts.insert(std::move(one));
  std::vector<age::Recipient> recipients;
  for (const std::string& text : texts) {
    DOKAZ_LET(recipient, age::Recipient::parse(text));
    recipients.push_back(recipient);
  }
  if (recipients.empty()) return fail(Errc::malformed, "a group without recipients");
  return recipients;
}

}  // namespace

std::vector<FactDigest> SealedAct::digests() const {
  std::vector<FactDigest> all;
  for (const auto* part : {&facts, &decoys})
    for (const Fact& fact : *part) all.push_back(fact.digest());
  return all;
}

Fact decoy() { return Fact::text("decoy", base64url(random_id<FixedBytes<struct DecoyTag, 16>>().view())); }

Result<SealedAct> seal_act(CaseFile& file, Act act, std::vector<Fact> facts) {
  facts.push_back(Fact::text("object", name_of(is_for_team(act) ? Group::team : Group::legal)));
  DOKAZ_TRY(check_act_facts(act, facts));
  SealedAct sealed{{}, std::move(facts), {}};
  while ((sealed.facts.size() + sealed.decoys.size()) % act_facts_step != 0) sealed.decoys.push_back(decoy());
  std::vector<Fact> all = sealed.facts;
  all.insert(all.end(), sealed.decoys.begin(), sealed.decoys.end());
  DOKAZ_LET(plain, write_object(ObjectContent{write_facts(std::move(all)), "act", {}}));
  DOKAZ_LET(recipients, recipients_of(file, is_for_team(act)));
  DOKAZ_LET(object, age::encrypt(plain, recipients));
  sealed.object = {ObjectId(sha256(object).raw()), object.size()};
  DOKAZ_TRY(create_file_durably(file.object_path(sealed.object.id), object));
  return sealed;
}

}  // namespace dokaz
