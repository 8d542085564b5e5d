// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/filed_items.hpp"

#include <nlohmann/json.hpp>

#include "console/console.hpp"
#include "crypto/encoding.hpp"
#include "proto/format/time.hpp"

namespace dokaz {
namespace {

constexpr std::size_t head_size = std::size_t{512} << 10;
constexpr std::uint64_t max_picture = std::uint64_t{256} << 20;

/// How a fact is called on paper.
std::string label_of(const std::string& name) {
  static const std::map<std::string, std::string> labels = {
      {"acquisition", "How it was come by, as stated"},
      {"acquisition.from", "From whom or where, as stated"},
      {"capture.place", "Claimed place, as the device wrote it"},
      {"capture.time", "Claimed time of capture, as the device wrote it"},
      {"capture.time.gps", "Claimed time of capture, as the satellites' clock had it"},
      {"device.make", "Device, as it calls itself (make)"},
      {"device.model", "Device, as it calls itself (model)"},
      {"note", "Note of whoever sealed it"},
      {"original.sha256", "SHA-256 of the original"},
      {"original.size", "Size of the original in bytes"}};
  const auto found = labels.find(name);
  return found != labels.end() ? found->second : name;
}

/// On one line, with nothing in it that is not seen: what is said below a picture says nothing beside it.
std::string on_paper(std::string text) {
  for (std::size_t at = text.find_first_of("\r\n"); at != text.npos; at = text.find_first_of("\r\n", at)) text.replace(at, 1, " ");
  return console::printable(text);
}

void add_testimony(const Fact& fact, std::vector<std::pair<std::string, std::string>>& shown) {
  const auto answers = nlohmann::json::parse(fact.value_json(), nullptr, false);
  if (!answers.is_array()) return;
  for (const auto& one : answers)
    if (one.is_object()) shown.emplace_back(on_paper(one.value("question", std::string())), on_paper(one.value("answer", std::string())));
}

Status add_fact(const OpenItem& item, const std::string& name, std::vector<std::pair<std::string, std::string>>& shown) {
  bool found = false;
  for (const std::vector<Fact>* facts : {&item.team, &item.legal})
    for (const Fact& fact : *facts) {
      if (fact.name() != name) continue;
      found = true;
      if (name == "testimony") add_testimony(fact, shown);
      else if (const auto text = fact.as_text()) shown.emplace_back(label_of(name), on_paper(*text));
      else shown.emplace_back(label_of(name), on_paper(fact.value_json()));
    }
  return found ? Status() : Status(fail(Errc::not_found, "fact " + name));
}

/// The first bytes: a reading that is stopped there.
Bytes head_of(const BagFile& file) {
  Bytes head;
  const Status stopped = file.copy_to([&](ByteView bytes) -> Status {
    append(head, bytes.first(std::min(bytes.size(), head_size - head.size())));
    return head.size() < head_size ? Status() : Status(Errc::interrupted);
  });
  if (!stopped && stopped.code() != Errc::interrupted) head.clear();
  return head;
}


std::string text_of_fact(const OpenItem& item, std::string_view name) {
  for (const std::vector<Fact>* facts : {&item.team, &item.legal})
    if (const Fact* fact = find_fact(*facts, name)) return fact->as_text().value_or("");
  return {};
}

std::string day_of_claim(const Statement& statement) { return format_time(statement.fields().time).substr(0, 10); }

/// On one line, and never a formula of a spreadsheet.
std::string remark_of(const CaseEntry& entry, const Result<OpenItem>& item) {
  std::string remark = "sealed " + format_time(entry.statement.fields().time) + " (claimed)";
  if (!item) return remark + "; it does not open here: " + std::string(name_of(item.code()));
  if (const std::string time = text_of_fact(*item, "capture.time"); !time.empty()) remark += "; the device says " + time + " (claimed)";
  if (!item->clean) remark += "; not cleaned: it cannot be printed";
  if (const Fact* note = item->note(); note != nullptr && note->as_text()) remark += "; note: " + *note->as_text();
  return on_paper(std::move(remark));
}

/// What of its facts the remark and the title say.
std::set<std::string> facts_in_remark(const OpenItem& item) {
  std::set<std::string> names;
  for (const char* name : {"media.type", "capture.time", "note"})
    if (find_fact(item.team, name) != nullptr || find_fact(item.legal, name) != nullptr) names.insert(name);
  return names;
}

std::string title_of(const Result<OpenItem>& item, const std::string& name) {
  const std::string type = item ? text_of_fact(*item, "media.type") : std::string();
  const char* kind = type.starts_with("image/")   ? "Photograph"
                     : type.starts_with("video/") ? "Film"
                     : type.starts_with("audio/") ? "Sound recording"
                                                  : "Item";
  return std::string(kind) + ", exhibit " + name;
}

/// What happened, in words that name nobody.
std::string event_words(const std::string& event) {
  static const std::map<std::string, std::string> words = {
      {"seal", "Sealed: hashed, encrypted, signed"},
      {"derive", "Derived from another item, sealed"},
      {"redact", "Redacted from another item, sealed"},
      {"transfer-out", "Handed over"},
      {"transfer-in", "Taken over"},
      {"receive", "Received and stored by the server, encrypted"},
      {"access", "Opened by a member of the case"},
      {"verify", "Checked against its hashes"},
      {"export", "A copy left the case"},
      {"disclose", "Single facts left the case"},
      {"note", "A note was added"},
      {"consent", "A consent was recorded"},
      {"withdraw", "A consent was withdrawn"},
      {"key-rotate", "The signer's key was changed"},
      {"close", "The signer's chain was closed"},
      {"destroy", "Destroyed"}};
  const auto found = words.find(event);
  return found != words.end() ? found->second : event;
}

std::string when_words(const CustodyRow& row) {
  std::string text = row.claimed.empty() ? std::string() : row.claimed + " (claimed)";
  if (!row.proved) return text;
  const auto at = [](std::int64_t time) { return format_time({time, false}); };
  if (row.proved->not_before) text += "\nproved: not before " + at(*row.proved->not_before);
  if (row.proved->not_after) text += "\nproved: not after " + at(*row.proved->not_after);
  return text;
}

std::string hashes_words(const CustodyRow& row, bool with_original) {
  std::string text;
  for (const auto& [heading, hashes] : {std::pair("before", &row.before), std::pair("after", &row.after)})
    for (const CustodyHash& one : *hashes) {
      if (one.of.starts_with("original") && !with_original) continue;
      text += (text.empty() ? "" : "\n") + std::string(heading) + ", " + one.of + ":\n" + one.sha256;
    }
  return text;
}

bool is_word_letter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_'; }

/// The text with each pseudonym, where it stands as a word, replaced by its role.
std::string without_pseudonyms(std::string text, const std::map<std::string, std::string>& labels) {
  for (const auto& [pseudonym, label] : labels)
    for (std::size_t at = text.find(pseudonym); at != text.npos; at = text.find(pseudonym, at)) {
      const std::size_t end = at + pseudonym.size();
      const bool word = (at == 0 || !is_word_letter(text[at - 1])) && (end == text.size() || !is_word_letter(text[end]));
      if (word) text.replace(at, pseudonym.size(), label);
      at += word ? label.size() : 1;
    }
  return text;
}

}  // namespace

Result<filing::ShownExhibit> shown_exhibit(const CaseFile& file, const CaseEntry& entry, const std::string& name,
                                           const std::set<std::string>& facts, const pdf::Painter& painter) {
  DOKAZ_LET(item, open_item_unread(file, entry.statement));
  filing::ShownExhibit shown;
  shown.name = name;
  shown.media_type = text_of_fact(item, "media.type");
  shown.not_cleaned = item.not_cleaned();
  for (const std::string& fact : facts) DOKAZ_TRY(add_fact(item, fact, shown.facts));
  if (!item.clean) return shown;
  shown.sha256 = text_of_fact(item, "clean.sha256");
  shown.size = item.clean->content.size();
  if (shown.size > max_picture) return shown;
  const auto load = [&file, statement = entry.statement]() -> Result<Bytes> {
    DOKAZ_LET(opened, open_item_unread(file, statement));
    if (!opened.clean) return fail(Errc::missing_part, "there is no clean copy any more");
    return opened.clean->content.bytes(max_picture);
  };
  const auto head = pdf::picture_head(head_of(item.clean->content));
  if (head && may_be_shown(*head)) {
    shown.shown = filing::Shown{*head, shown.size, false, false, load};
  } else if (head || shown.media_type.starts_with("image/")) {
    DOKAZ_LET(clean, item.clean->content.bytes(max_picture));
    DOKAZ_LET(drawn, drawn_picture(painter, clean, load));
    if (drawn) shown.shown = std::move(drawn->shown);
  }
  return shown;
}

Result<std::optional<DrawnPicture>> drawn_picture(const pdf::Painter& painter, ByteView picture, std::function<Result<Bytes>()> load) {
  const auto drawn = painter.draw(picture);
  if (!drawn && drawn.code() == Errc::bad_pdf) return std::optional<DrawnPicture>();  // nobody's fault: it is told on its page
  if (!drawn) return drawn.error();
  auto head = pdf::pixmap_head(drawn->file);
  if (!head) head = pdf::picture_head(drawn->file);
  if (!head) return std::optional<DrawnPicture>();
  DrawnPicture made{{*head, drawn->file.size(), !drawn->is_as_coded, drawn->is_first_of_several, {}}, drawn->has_metadata};
  made.shown.load = [painter, load = std::move(load)]() -> Result<Bytes> {
    DOKAZ_LET(again, load());
    DOKAZ_LET(drawn_again, painter.draw(again));
    return std::move(drawn_again.file);
  };
  return std::optional(std::move(made));
}

Result<PrefilledPlan> prefilled_plan(const CaseFile& file, const std::vector<CaseEntry>& entries,
                                                   const std::function<void(std::size_t, std::size_t)>& progress) {
  std::vector<StatementHash> items;
  for (const CaseEntry& entry : entries)
    if (is_item(entry.statement)) items.push_back(entry.statement.hash());
  if (items.empty()) return fail(Errc::not_found, "there are no items yet: run dokaz-case pull");
  const std::vector<std::string> names = list_names(items);
  PrefilledPlan plan;
  std::vector<filing::CsvRow>& rows = plan.rows;
  rows.push_back(filing::plan_columns());
  for (const CaseEntry& entry : entries) {
    if (!is_item(entry.statement)) continue;
    const std::string& name = names[rows.size() - 1];
    const Result<OpenItem> item = open_item_unread(file, entry.statement);
    filing::PlannedDocument row;
    row.day.until = day_of_claim(entry.statement);
    row.title = title_of(item, name);
    row.what = name;
    rows.push_back(filing::plan_row(row, remark_of(entry, item)));
    if (item) plan.accesses.push_back({entry.statement.hash(), {"facts"}, facts_in_remark(*item), "plan of a filing"});
    progress(rows.size() - 1, names.size());
  }
  return plan;
}

Result<CustodySheets> CustodySheets::read(CaseFile& file) {
  DOKAZ_LET(book, CustodyBook::read(file));
  return CustodySheets(std::move(book));
}

const std::string& CustodySheets::label(const std::string& pseudonym, const std::string& role) {
  auto found = labels_.find(pseudonym);
  if (found == labels_.end()) found = labels_.emplace(pseudonym, role + " " + std::to_string(++numbers_[role])).first;
  return found->second;
}

Result<filing::CustodySheet> CustodySheets::sheet(const StatementHash& item, const std::string& exhibit, std::size_t annex,
                                                  bool with_original) {
  DOKAZ_LET(table, book_.table(item));
  filing::CustodySheet sheet{exhibit, annex, {}, table.gaps()};
  for (const CustodyRow& row : table.rows)
    if (!row.who.empty()) label(row.who, row.role);
  for (const CustodyRow& row : table.rows) {
    std::string what = row.event == "gap" ? "GAP" : event_words(row.event);
    if (!row.gap_words.empty()) what += ": " + without_pseudonyms(row.gap_words, labels_);
    sheet.lines.push_back({when_words(row), row.who.empty() ? std::string() : label(row.who, row.role), what, hashes_words(row, with_original)});
  }
  return sheet;
}

}  // namespace dokaz
