// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/make_dossier.hpp"

#include <algorithm>
#include <mutex>

#include "casework/casefile/chosen_facts.hpp"
#include "casework/export/anchors.hpp"
#include "casework/export/dossier.hpp"
#include "casework/verify/parallel.hpp"
#include "crypto/encoding.hpp"
#include "proto/format/time.hpp"

namespace dokaz {
namespace {

constexpr std::int64_t day_seconds = 24 * 60 * 60;

/// Why the program withholds what nobody named.
constexpr std::string_view not_cleaned = "not-cleaned";

class Maker {
 public:
  Maker(CaseFile& file, const DossierRequest& request, std::int64_t now, const DossierProgress& progress)
      : file_(file), request_(request), now_(now), progress_(progress) {}

  Result<MadeDossier> make(const Path& out) {
    DOKAZ_TRY(check_words());
    DOKAZ_LET(entries, file_.entries());
    entries_ = std::move(entries);
    DOKAZ_LET(book, ConsentBook::read(file_));
    DOKAZ_TRY(choose(book));
    DOKAZ_LET(writer, DossierWriter::start(out, file_.policy()));
    DOKAZ_TRY(write_items(*writer));
    for (const DossierDocument& document : request_.documents) DOKAZ_TRY(writer->add_document(document.name, document.content));
    DOKAZ_LET(parts, everything_else());
    MadeDossier made;
    made.stamps = stamps_;
    DOKAZ_TRY(writer->finish(parts, file_.member(), format_time({now_ / day_seconds * day_seconds, true})));
    // Nobody is handed what would not pass on the other side: read again, from the disk.
    DOKAZ_LET(files, open_bag(writer->path(), nullptr));
    made.report = verify_dossier(files, Trust{file_.fingerprint(), file_.policy(), true, true, request_.stamps.authorities, now_});
    if (made.report.failure) return made.report.failure->error;
    DOKAZ_LET(bag, files.at(std::string(part::tag_manifest)).hash());
    act_.bag = bag;
    made.pass = act_.pass;
    // Stated first: what is handed out and not stated must not be.
    DOKAZ_LET(statement, state_export(file_, act_, now_));
    made.statement = statement;
    DOKAZ_TRY(writer->publish());
    return made;
  }

 private:
  Status check_words() const {
    if (!is_addressee(request_.addressee)) return fail(Errc::usage, "--to takes 1 to 64 printable ASCII characters");
    if (!request_.withheld_reason.empty() && !is_reason(request_.withheld_reason))
      return fail(Errc::usage, "--withheld-reason takes a word of a-z, 0-9 and -, for example other-person");
    for (const auto& [item, reason] : request_.reasons)
      if (!is_reason(reason)) return fail(Errc::usage, "--withhold takes ITEM=WORD, a word of a-z, 0-9 and -");
    if (request_.all == !request_.items.empty()) return fail(Errc::usage, "name the items, or give --all");
    return {};
  }

  Status choose(const ConsentBook& book) {
    for (const auto& [beginning, reason] : request_.reasons) {
      DOKAZ_LET(entry, find_item(entries_, beginning));
      if (!reasons_.emplace(entry->statement.hash(), reason).second) return fail(Errc::usage, "two reasons for one withheld item");
    }
    std::set<StatementHash> taken;
    for (const std::string& beginning : request_.items) {
      DOKAZ_LET(entry, find_item(entries_, beginning));
      if (!taken.insert(entry->statement.hash()).second) return fail(Errc::usage, "an item that is named twice");
      if (reasons_.contains(entry->statement.hash())) return fail(Errc::usage, "an item is to be shown and withheld at once");
      chosen_.push_back(entry);
    }
    if (request_.all) {
      for (const CaseEntry& entry : entries_)
        if (is_item(entry.statement) && may_be_shown(book, entry)) chosen_.push_back(&entry);
      if (std::none_of(entries_.begin(), entries_.end(), [](const CaseEntry& entry) { return is_item(entry.statement); }))
        return fail(Errc::not_found, "there are no items yet: run dokaz-case pull");
      if (chosen_.empty()) return fail(Errc::no_consent, "no item of the case may be shown for this use");
    }
    if (chosen_.size() > max_dossier_items) return fail(Errc::too_large, "more items than a dossier may have");
    act_ = {request_.profile, {}, {}, {}, request_.addressee, request_.reason, {}, {}};
    for (const CaseEntry* entry : chosen_) act_.items.push_back(entry->statement.hash());
    DOKAZ_LET(pass, pass_gate(book, act_.items, request_.gate, now_));
    act_.pass = std::move(pass);
    return {};
  }

  /// What nobody named is withheld, and said to be, where it may not be shown.
  bool may_be_shown(const ConsentBook& book, const CaseEntry& entry) {
    const StatementHash item = entry.statement.hash();
    if (reasons_.contains(item)) return false;
    // Who refused is nobody's to read in a bag: no reason is stated for it but one that was asked for.
    if (request_.gate.necessity.empty() && !book.judge(item, request_.gate.use, now_).is_allowed()) return false;
    return entry.statement.fields().objects.size() != 1 || request_.original;
  }

  Status write_items(DossierWriter& writer) {
    std::map<std::string, const CaseEntry*> answers;
    for (const CaseEntry& entry : entries_)
      if (entry.answered && entry.answered->name() == "statement")
        if (const auto of = entry.answered->as_text()) answers.emplace(*of, &entry);
    std::vector<Status> done(chosen_.size());
    std::mutex guard;
    std::size_t written = 0;
    bool failed = false;
    in_parallel(chosen_.size(), [&](std::size_t i) {
      {
        const std::scoped_lock lock(guard);
        if (failed) return;
      }
      const auto answer = answers.find(hex(chosen_[i]->statement.hash()));
      auto shown = write_item(writer, i, answer == answers.end() ? nullptr : answer->second);
      const std::scoped_lock lock(guard);
      if (!shown) {
        done[i] = shown.error();
        failed = true;
        return;
      }
      act_.shown.insert(shown->files.begin(), shown->files.end());
      act_.shown_facts.insert(shown->facts.begin(), shown->facts.end());
      if (answer != answers.end()) signers_.insert(answer->second->receipt.member);
      if (progress_) progress_(++written, chosen_.size());
    });
    for (const Status& status : done) DOKAZ_TRY(status);
    return {};
  }

  struct ShownParts {
    std::set<std::string> files, facts;
  };
  Result<ShownParts> write_item(DossierWriter& writer, std::size_t i, const CaseEntry* answer) {
    const CaseEntry& entry = *chosen_[i];
    DOKAZ_LET(opened, open_item_unread(file_, entry.statement));
    if (opened.legal_is_sealed && (!opened.clean || request_.original))
      return fail(Errc::age_no_match, "an item, or its original, is sealed for the legal recipients alone");
    if (!opened.clean && !request_.original)
      return fail(Errc::usage, "an item was not cleaned: there is only the original, which --original shows");
    std::vector<std::string> disclose;
    for (const std::string& name : request_.disclose)
      if (!request_.all || !is_registered_fact(name) || find_fact(opened.team, name) != nullptr ||
          find_fact(opened.legal, name) != nullptr)
        disclose.push_back(name);
    if (i < request_.disclose_each.size())
      disclose.insert(disclose.end(), request_.disclose_each[i].begin(), request_.disclose_each[i].end());
    DOKAZ_LET(facts, choose_facts(opened, request_.original, disclose));
    DossierItem item{{entry.statement, entry.receipt}, {}, std::move(facts), std::move(opened.clean), {}, std::move(opened.objects)};
    if (answer != nullptr) item.stored = StoredReceipt{answer->statement, *answer->answered, answer->receipt};
    // What is shown is read when it is written; what is not must hold all the same.
    if (request_.original) item.original = std::move(opened.original);
    else if (!opened.legal_is_sealed) DOKAZ_TRY(opened.original.content.hash());
    DOKAZ_TRY(writer.add_item(i + 1, item));
    ShownParts shown;
    if (item.clean) shown.files.insert("clean");
    if (item.original) shown.files.insert("original");
    shown.files.insert("facts");
    for (const Fact& fact : item.disclosures) shown.facts.insert(fact.name());
    return shown;
  }

  /// The chains up to the last item of each, with what of them is withheld; the people; the anchors.
  Result<DossierParts> everything_else() {
    std::map<ChainId, std::uint64_t> ends;
    std::set<StatementHash> shown;
    std::vector<TreeHead> heads;
    for (const CaseEntry* entry : chosen_) {
      const StatementFields& fields = entry->statement.fields();
      std::uint64_t& end = ends[fields.chain];
      end = std::max(end, fields.seq);
      shown.insert(entry->statement.hash());
      DOKAZ_LET(checkpoint, parse_checkpoint(entry->receipt.checkpoint));
      if (std::find(heads.begin(), heads.end(), checkpoint.head) == heads.end()) heads.push_back(checkpoint.head);
    }
    DossierParts parts{file_.roster_note(), {}, file_.policy(), {request_.addressee, std::string(name_of(request_.gate.use)), chosen_.size(), {}}, {}};
    std::map<ChainId, std::uint64_t> found;
    for (const CaseEntry& entry : entries_) {
      const StatementFields& fields = entry.statement.fields();
      const auto end = ends.find(fields.chain);
      if (end == ends.end() || fields.seq > end->second) continue;
      ++found[fields.chain];
      if (fields.seq == 0) signers_.insert(entry.receipt.member);
      if (shown.contains(entry.statement.hash())) continue;
      parts.chains.push_back({entry.statement, entry.receipt});
      if (is_item(entry.statement)) withhold(parts.cover, entry.statement);
    }
    for (const auto& [chain, end] : ends)
      if (found[chain] != end + 1) return fail(Errc::missing_part, "an earlier statement of the chain was not pulled");
    // With --all, what is withheld behind the last shown item of a chain is not in the bag at all.
    for (const auto& [item, reason] : reasons_)
      if (!request_.all && !named_.contains(item)) return fail(Errc::usage, "--withhold names an item that stands in no shown chain before its last item");
    DOKAZ_LET(all, file_.admitted());
    for (Admitted& one : all) {
      DOKAZ_LET(admission, parse_admission(one.admission));
      const auto& listed = file_.roster()->members;  // who is listed needs no ticket
      if (std::any_of(listed.begin(), listed.end(),
                      [&](const Member& member) { return member.pseudonym == one.pseudonym || member.key == admission.member; }))
        continue;
      if (signers_.contains(admission.member.hash())) parts.admitted.push_back({std::move(one.ticket), std::move(one.admission)});
    }
    if (!request_.stamps.log.empty()) {
      DOKAZ_LET(anchors, anchors_for(request_.stamps.log, file_.policy(), heads, request_.stamps.authorities));
      parts.anchors = std::move(anchors.files);
      stamps_ = {anchors.tokens, anchors.confirmed, anchors.broken};
    }
    return parts;
  }

  void withhold(Cover& cover, const Statement& statement) {
    const auto own = reasons_.find(statement.hash());
    if (own != reasons_.end()) named_.insert(own->first);
    std::string reason = own != reasons_.end() ? own->second : request_.withheld_reason;
    if (reason.empty() && statement.fields().objects.size() == 1 && !request_.original) reason = not_cleaned;
    if (!reason.empty()) cover.withheld.push_back({statement.fields().chain, statement.fields().seq, reason});
  }

  CaseFile& file_;
  const DossierRequest& request_;
  std::int64_t now_;
  const DossierProgress& progress_;
  std::vector<CaseEntry> entries_;
  std::vector<const CaseEntry*> chosen_;
  std::map<StatementHash, std::string> reasons_;  // of what is withheld by name
  std::set<StatementHash> named_;                 // of them, those that the bag names
  StampCount stamps_;
  std::set<KeyHash> signers_;  // of the chains' beginnings, and of the server's answers
  ExportAct act_;
};

}  // namespace

Result<MadeDossier> make_dossier(CaseFile& file, const DossierRequest& request, const Path& out, std::int64_t now,
                                 const DossierProgress& progress) {
  return Maker(file, request, now, progress).make(out);
}

}  // namespace dokaz
