// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/make_filing.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "casework/casefile/filed_items.hpp"
#include "casework/casefile/make_dossier.hpp"
#include "casework/export/pending_folder.hpp"
#include "casework/filing/dates.hpp"
#include "casework/filing/states.hpp"
#include "casework/pdf/jpeg_segments.hpp"
#include "console/beside.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

using filing::FiledDocument;
using filing::Kind;

constexpr std::uint64_t max_plan = std::uint64_t{16} << 20;

/// The same failure, saying which row of the plan it is about; never what is in it.
Error in_row(const FiledDocument& one, const Error& error) {
  return {error.code, "line " + std::to_string(one.plan.line) + " of the plan (No. " + std::to_string(one.number) + ")" +
                          (error.detail.empty() ? "" : ": " + error.detail)};
}

Result<Bytes> file_content(const Path& path) { return read_file(path, pdf::max_foreign_size, Links::follow); }

constexpr const char* take_in_instead = ": take the picture in as an item, or clean it with dokaz clean, and name that";

bool says_pdf(ByteView content) { return text_of(content.first(std::min<std::size_t>(content.size(), 1024))).find("%PDF-") != std::string_view::npos; }

Result<filing::ShownFile> shown_file(const Path& path, std::size_t number, const pdf::Painter& painter) {
  DOKAZ_LET(content, file_content(path));
  std::string digits = std::to_string(number);
  digits.insert(0, digits.size() < 4 ? 4 - digits.size() : 0, '0');
  filing::ShownFile shown{digits + "_" + filing::ascii_name(path.filename().string()), hex(sha256(content)), content.size(), {}, {}};
  const auto load = [path]() { return file_content(path); };
  if (const auto head = pdf::picture_head(content); head && may_be_shown(*head)) {
    if (const auto traces = pdf::traces_of(content); !traces.empty())
      return fail(Errc::leaves_traces, *traces.begin() + take_in_instead);
    shown.shown = filing::Shown{*head, content.size(), false, false, load};
    return shown;
  }
  if (!says_pdf(content)) {
    DOKAZ_LET(drawn, drawn_picture(painter, content, load));
    if (!drawn) return fail(Errc::bad_pdf, "neither a PDF nor a picture that can be shown");
    if (drawn->shown.is_first_of_several) return fail(Errc::bad_pdf, "a picture of several pages or frames: make a PDF of it");
    // The untouched file goes into the package.
    if (drawn->has_metadata) return fail(Errc::leaves_traces, std::string("metadata in a picture") + take_in_instead);
    shown.shown = std::move(drawn->shown);
    return shown;
  }
  DOKAZ_LET(foreign, pdf::ForeignPdf::open(std::move(content)));
  shown.pdf = std::move(foreign);
  return shown;
}

class Maker {
 public:
  Maker(CaseFile& file, const FilingOptions& options, std::int64_t now, const FilingStage& stage, pdf::Painter painter)
      : file_(file), options_(options), now_(now), stage_(stage), painter_(std::move(painter)) {}

  Result<MadeFiling> make(const Path& out) {
    DOKAZ_TRY(read_plan());
    DOKAZ_TRY(choose_forum());
    DOKAZ_TRY(find_items());
    DOKAZ_TRY(ask_gate());
    DOKAZ_TRY(read_extra_statement());
    DOKAZ_LET(pending, PendingFolder::start(out));
    DOKAZ_TRY(read_documents());
    DOKAZ_TRY(read_custody());
    auto written = filing::write_filing(job_, pending.path(), [&](std::size_t done, std::size_t total) { stage_("Writing", done, total); });
    if (!written) return written.error();
    made_.written = std::move(*written);
    // Last: it names the files of the filing, and with it the export is stated.
    DOKAZ_TRY(items_in_it() ? pack(pending.path()) : keep_received(pending.path()));
    DOKAZ_TRY(sync_folder(pending.path()));
    DOKAZ_TRY(pending.publish());
    return std::move(made_);
  }

 private:
  Status read_plan() {
    DOKAZ_LET(profile, filing::profile_of(options_.profile));
    profile_ = profile;
    const auto text = read_file(options_.plan, max_plan, Links::follow);
    if (!text) return fail(text.code(), "the plan");
    auto plan = filing::read_plan(text_of(*text));
    if (!plan) return fail(plan.code(), "the plan: " + plan.error().detail);
    job_.documents = filing::in_order(std::move(*plan));
    return {};
  }

  Status choose_forum() {
    filing::CheckedParts& parts = job_.parts;
    parts.profile = profile_;
    parts.head.profile = profile_->name;
    parts.head.day = filing::day_of(now_);
    job_.max_part_size = options_.max_part_size;
    if (!profile_->needs_member_state) {
      made_.respondent = parts.head.respondent = options_.respondent;
      return {};
    }
    std::string latest;
    // The day of an undated document is not known; that of a decision is no day of a fact, which a lawyer judges.
    for (const FiledDocument& one : job_.documents)
      if (one.plan.kind == Kind::item) latest = std::max(latest, one.plan.day.day);
    DOKAZ_LET(respondent, filing::respondent_of(options_.respondent, latest));
    made_.respondent = parts.head.respondent = respondent.name;
    made_.respondent_warning = parts.respondent_warning = respondent.warning;
    return {};
  }

  Status find_items() {
    DOKAZ_LET(entries, file_.entries());
    entries_ = std::move(entries);
    items_.resize(job_.documents.size(), nullptr);
    std::map<std::string, const CaseEntry*> by_name;  // so that thousands are found in one walk
    for (const CaseEntry& entry : entries_)
      if (is_item(entry.statement)) by_name.emplace(hex(entry.statement.hash()), &entry);
    std::set<const CaseEntry*> taken;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const FiledDocument& one = job_.documents[i];
      if (one.plan.kind != Kind::item) continue;
      const auto found = find_one(by_name, one.plan.what);
      if (!found) return in_row(one, found.error());
      if (!taken.insert(*found).second) return in_row(one, fail(Errc::malformed, "the same item twice"));
      items_[i] = *found;
    }
    return {};
  }

  Result<const CaseEntry*> find_one(const std::map<std::string, const CaseEntry*>& by_name, const std::string& beginning) const {
    constexpr std::size_t shortest = 4;  // find_item's
    const auto at = by_name.lower_bound(beginning);
    const auto starts = [&](auto one) { return one != by_name.end() && one->first.starts_with(beginning); };
    if (beginning.size() >= shortest && starts(at) && !starts(std::next(at))) return at->second;
    return find_item(entries_, beginning);  // which says why not
  }

  std::vector<StatementHash> item_hashes() const {
    std::vector<StatementHash> hashes;
    for (const CaseEntry* entry : items_)
      if (entry != nullptr) hashes.push_back(entry->statement.hash());
    return hashes;
  }

  Status ask_gate() {
    if (options_.addressee.size() > 64) return fail(Errc::usage, "--to takes 1 to 64 printable ASCII characters");
    const std::vector<StatementHash> items = item_hashes();
    GateRequest request = options_.gate;
    DOKAZ_LET(use, use_of_word(profile_->use));
    request.use = use;
    DOKAZ_LET(pass, pass_gate(file_, items, request, now_));
    job_.parts.consent_words = items.empty() ? "no item of the case is in it"
                               : pass.necessity.empty()
                                   ? "each of the " + std::to_string(items.size()) + " items has a consent recorded for the use " + std::string(profile_->use)
                                   : "some items rest on a recorded necessity and not on a consent: a lawyer answers for it";
    job_.parts.consent_asked = !items.empty() && pass.necessity.empty();
    made_.conditions = pass.conditions;
    std::map<StatementHash, std::size_t> annexes;
    for (std::size_t i = 0; i < items_.size(); ++i)
      if (items_[i] != nullptr) annexes.emplace(items_[i]->statement.hash(), job_.documents[i].number);
    // Whose it is stays in the case: what is filed names nobody.
    for (const Condition& one : pass.conditions) {
      std::vector<std::size_t>& of = job_.parts.asked_for[one.asked.words];
      if (const std::size_t annex = annexes.at(one.item); of.empty() || of.back() != annex) of.push_back(annex);
    }
    pass_ = std::move(pass);
    return {};
  }

  Status read_extra_statement() {
    if (options_.extra_statement.empty()) return {};
    auto content = file_content(options_.extra_statement);
    if (!content) return fail(content.code(), "the further submissions");
    const auto foreign = pdf::ForeignPdf::open(std::move(*content));
    if (!foreign) return fail(foreign.code(), "the further submissions: " + foreign.error().detail);
    if (foreign->findings().pages > filing::max_extra_pages)
      return fail(Errc::rule_unmet, "the further submissions have " + std::to_string(foreign->findings().pages) +
                                        " pages, and Rule 47 § 2 (b) takes at most 20: shorten them");
    job_.parts.extra_statement = foreign->findings();
    return {};
  }

  Status read_documents() {
    std::vector<StatementHash> hashes = item_hashes();
    const std::vector<std::string> names = list_names(hashes);
    std::size_t item = 0;
    for (std::size_t i = 0; i < job_.documents.size(); ++i) {
      FiledDocument& one = job_.documents[i];
      if (items_[i] != nullptr) {
        auto shown = shown_exhibit(file_, *items_[i], names[item++], one.plan.facts, painter_);
        if (!shown) return in_row(one, shown.error());
        if (!shown->not_cleaned.empty() && !profile_->shows_originals)
          return in_row(one, fail(Errc::rule_unmet, "there is only an original with all its metadata, which this profile shows to nobody: take the row out"));
        one.exhibit = std::move(*shown);
      } else {
        auto shown = shown_file(options_.plan.parent_path() / one.plan.what, one.number, painter_);
        if (!shown) return in_row(one, shown.error());
        one.file = std::move(*shown);
      }
      stage_("Reading", i + 1, job_.documents.size());
    }
    return {};
  }

  Status read_custody() {
    DOKAZ_LET(sheets, CustodySheets::read(file_));
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (items_[i] == nullptr) continue;
      const FiledDocument& one = job_.documents[i];
      // A plain hash of an original leaves only where somebody chose to disclose it.
      const bool with_original = one.plan.facts.contains("original.sha256");
      DOKAZ_LET(sheet, sheets.sheet(items_[i]->statement.hash(), one.exhibit->name, one.number, with_original));
      job_.parts.custody.push_back(std::move(sheet));
    }
    return {};
  }

  bool items_in_it() const { return std::any_of(items_.begin(), items_.end(), [](const CaseEntry* entry) { return entry != nullptr; }); }

  Result<Bytes> as_received(const FiledDocument& one) const {
    DOKAZ_LET(content, file_content(options_.plan.parent_path() / one.plan.what));
    if (hex(sha256(content)) != one.file->sha256) return in_row(one, fail(Errc::hash_mismatch, "it was changed meanwhile"));
    return content;
  }

  /// A filing without an item of the case has no package that a signature could stand for.
  Status keep_received(const Path& folder) const {
    const Path received = folder / "06_files_as_received";
    DOKAZ_TRY(make_private_folder(received));
    for (const FiledDocument& one : job_.documents) {
      DOKAZ_LET(content, as_received(one));
      DOKAZ_TRY(create_file_durably(received / one.file->name, content));
    }
    return {};
  }

  /// The offline package: a dossier of the items, with the untouched files of others and the hashes of what is filed,
  /// all of it under counsel's signature. The export is stated with it.
  Status pack(const Path& folder) {
    DossierRequest request;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const FiledDocument& one = job_.documents[i];
      if (items_[i] != nullptr) {
        request.items.push_back(hex(items_[i]->statement.hash()));
        request.disclose_each.emplace_back(one.plan.facts.begin(), one.plan.facts.end());
        continue;
      }
      request.documents.push_back({"received/" + one.file->name, BagFile(one.file->size, [this, &one](const Sink& sink) -> Status {
                                     DOKAZ_LET(content, as_received(one));
                                     return sink(content);
                                   })});
    }
    std::string hashes;
    for (const filing::FiledFile& one : made_.written.files) hashes += one.sha256 + "  " + one.name + "\n";
    request.documents.push_back({"filing.sha256", BagFile(to_bytes(hashes))});
    request.addressee = options_.addressee.empty() ? std::string(profile_->addressee) : options_.addressee;
    request.gate = options_.gate;
    request.gate.use = pass_.use;
    request.profile = "filing " + std::string(profile_->name);
    request.reason = options_.reason;
    request.stamps = options_.stamps;
    request.original = profile_->shows_originals;
    auto made = make_dossier(file_, request, folder / "06_offline_package", now_, [&](std::size_t done, std::size_t total) { stage_("Packing", done, total); });
    if (!made) return made.error();
    made_.stamps = made->stamps;
    DOKAZ_LET(bag, read_file(folder / "06_offline_package" / "tagmanifest-sha256.txt", max_plan));
    made_.package = hex(sha256(bag));
    return {};
  }

  CaseFile& file_;
  const FilingOptions& options_;
  std::int64_t now_;
  const FilingStage& stage_;
  pdf::Painter painter_;
  const filing::Profile* profile_ = nullptr;
  std::vector<CaseEntry> entries_;
  std::vector<const CaseEntry*> items_;  // of each document; null for a file
  GatePass pass_;
  filing::FilingJob job_;
  MadeFiling made_;
};

}  // namespace

Result<MadeFiling> make_filing(CaseFile& file, const FilingOptions& options, const Path& out, std::int64_t now,
                               const FilingStage& stage) {
  // Where it is missing, the first picture that needs it says so.
  const auto program = console::program_beside("dokaz-intake");
  return Maker(file, options, now, stage, pdf::Painter(program ? *program : std::filesystem::path())).make(out);
}

}  // namespace dokaz
