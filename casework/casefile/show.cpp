// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/show.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "casework/casefile/chosen_facts.hpp"
#include "casework/export/anchors.hpp"
#include "casework/verify/verify.hpp"
#include "proto/format/time.hpp"

namespace dokaz {
namespace {

constexpr std::int64_t day_seconds = 24 * 60 * 60;

/// Every earlier statement of the item's chain: missing_part where one was not pulled.
Result<std::vector<ProvenStatement>> chain_before(const std::vector<CaseEntry>& entries, const Statement& item) {
  std::map<StatementHash, const CaseEntry*> of_chain;
  for (const CaseEntry& entry : entries)
    if (entry.statement.fields().chain == item.fields().chain) of_chain.emplace(entry.statement.hash(), &entry);
  std::vector<ProvenStatement> chain;
  StatementHash wanted = item.fields().previous;
  for (std::uint64_t left = item.fields().seq; left > 0; --left) {
    const auto found = of_chain.find(wanted);
    if (found == of_chain.end()) return fail(Errc::missing_part, "an earlier statement of the chain was not pulled");
    wanted = found->second->statement.fields().previous;
    chain.push_back({found->second->statement, found->second->receipt});
  }
  std::reverse(chain.begin(), chain.end());
  return chain;
}

/// Those admitted members whose signatures are in the exhibit.
Result<std::vector<AdmittedMember>> signers(CaseFile& file, const ExhibitParts& parts) {
  // The chain's first statement is by the first key, which is the one that an admission names.
  std::set<KeyHash> keys = {parts.chain.empty() ? parts.item.receipt.member : parts.chain.front().receipt.member};
  if (parts.stored) keys.insert(parts.stored->receipt.member);
  std::vector<AdmittedMember> chosen;
  DOKAZ_LET(all, file.admitted());
  for (Admitted& one : all) {
    DOKAZ_LET(admission, parse_admission(one.admission));
    // Who is listed needs no ticket.
    const bool is_listed = std::ranges::any_of(file.roster()->members, [&](const Member& listed) {
      return listed.key == admission.member;
    });
    if (!is_listed && keys.contains(admission.member.hash())) chosen.push_back({std::move(one.ticket), std::move(one.admission)});
  }
  return chosen;
}

}  // namespace

Result<Shown> show_item(CaseFile& file, std::string_view item, const ShowOptions& options, std::int64_t now) {
  const auto& listed = file.roster()->members;
  if (std::ranges::none_of(listed, [&](const Member& one) { return one.key == file.member().public_key(); }))
    return fail(Errc::not_a_member, "the roster does not list you yet: counsel can, by dokaz-case roster add");
  DOKAZ_LET(entries, file.entries());
  DOKAZ_LET(entry, find_item(entries, item));
  DOKAZ_LET(book, ConsentBook::read(file));
  DOKAZ_LET(pass, pass_gate(book, {entry->statement.hash()}, options.gate, now));
  DOKAZ_LET(opened, open_item_unread(file, entry->statement));
  if (opened.legal_is_sealed) {
    if (!opened.clean)
      return fail(Errc::age_no_match, "it was not cleaned, and is sealed for the legal recipients alone");
    if (options.original) return fail(Errc::age_no_match, "the original is sealed for the legal recipients");
  }
  if (!opened.clean && !options.original)
    return fail(Errc::usage, "this item was not cleaned: there is only the original, which --original shows");
  DOKAZ_LET(disclosures, choose_facts(opened, options.original, options.disclose));
  DOKAZ_LET(chain, chain_before(entries, entry->statement));
  ExportAct act{"exhibit", {entry->statement.hash()}, {}, {}, options.addressee, options.reason, {}, std::move(pass)};
  if (opened.clean) act.shown.insert("clean");
  if (options.original) act.shown.insert("original");
  for (const Fact& fact : disclosures) act.shown_facts.insert(fact.name());
  ExhibitParts parts{file.roster_note(),
                     {},
                     file.policy(),
                     {entry->statement, entry->receipt},
                     std::move(chain),
                     find_stored(entries, entry->statement),
                     std::move(disclosures),
                     std::move(opened.clean),
                     {},
                     std::move(opened.objects)};
  // What is shown is read when the manifest is made; what is not must hold all the same.
  if (options.original) parts.original = std::move(opened.original);
  else if (!opened.legal_is_sealed) DOKAZ_TRY(opened.original.content.hash());
  StampCount stamps;
  if (!options.stamps.log.empty()) {
    DOKAZ_LET(checkpoint, parse_checkpoint(entry->receipt.checkpoint));
    DOKAZ_LET(anchors, anchors_for(options.stamps.log, file.policy(), {checkpoint.head}, options.stamps.authorities));
    parts.anchors = std::move(anchors.files);
    stamps = {anchors.tokens, anchors.confirmed, anchors.broken};
  }
  DOKAZ_LET(admitted, signers(file, parts));
  parts.admitted = std::move(admitted);
  DOKAZ_LET(files, build_exhibit(parts, file.member(), format_time({now / day_seconds * day_seconds, true})));
  // Nobody is handed what would not pass on the other side.
  Report report = verify_exhibit(files, Trust{file.fingerprint(), file.policy(), true, true, options.stamps.authorities, now});
  if (report.failure) return report.failure->error;
  DOKAZ_LET(bag, files.at("tagmanifest-sha256.txt").hash());
  act.bag = bag;
  return Shown{std::move(files), std::move(report), std::move(act), stamps};
}

}  // namespace dokaz
