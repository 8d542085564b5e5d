// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/verify/sheet.hpp"

#include <algorithm>

#include "casework/verify/sheet_parts.hpp"

namespace dokaz {
namespace {

using sheets::joined, sheets::line_of, sheets::proved;

std::string names(const std::vector<Report::Vouched>& vouched) {
  std::string out;
  for (const auto& one : vouched) out += (out.empty() ? "" : ", ") + one.witness + " " + utc(one.unix_time);
  return out;
}

/// What was given, in the words of the headline.
std::string judged_by(bool root_given, bool policy_given) {
  if (root_given && policy_given) return "for the case root and the policy that you gave.";
  if (root_given) return "for the case root that you gave, and a policy that this names itself.";
  if (policy_given) return "for the policy that you gave, and a case root that this names itself.";
  return "for a case root and a policy that this names itself.";
}

template <class Any>
void write_head(Sheet& sheet, const Any& report, std::string_view what, std::string_view folder) {
  sheet.outcome = report.outcome();
  switch (sheet.outcome) {
    case Outcome::verified:
      sheet.headline = "VERIFIED, " + judged_by(report.root_given, report.policy_given);
      break;
    case Outcome::verified_with_limits:
      sheet.headline = "VERIFIED WITH LIMITS, " + judged_by(report.root_given, report.policy_given);
      break;
    case Outcome::failed: {
      sheet.headline = "FAILED: " + std::string(words_of(report.failure->error.code)) + ".";
      const std::string& where = report.failure->where;
      sheet.answer("Where", where.empty() ? std::string(folder) : where);
      sheet.answer("Reason", std::string(name_of(report.failure->error.code)) +
                                 (report.failure->error.detail.empty() ? "" : ": " + report.failure->error.detail));
      const bool other_case = report.failure->error.code == Errc::wrong_root && where == part::roster;
      sheet.answer("Next", (other_case ? "Compare all 64 digits of the fingerprint that you gave: one that is wrong gives this. If they are right: do "
                                       : "Do ") +
                               ("not rely on this " + std::string(what)) + ". Ask whoever gave it to you for a fresh copy.");
      break;
    }
  }
  for (const std::string& limit : report.limits) sheet.answer("Limit", limit);
  const bool other_case = report.failure && report.failure->error.code == Errc::wrong_root && report.failure->where == part::roster;
  sheet.answer("Case", report.root + (other_case ? " (as you gave it)" : ""));
}

void write_texts(Sheet& sheet, bool known_script, bool known_page) {
  if (!known_script) sheet.more("verify.sh in this exhibit is not the one of this version: do not run it");
  if (!known_page) sheet.more("README.html in this exhibit is not the one of this version: do not rely on it");
}

void write_bytes(Sheet& sheet, const Report::BytesAnswer& bytes) {
  sheet.answer("Bytes", "unchanged since they were signed: " + std::to_string(bytes.files) + " files, " +
                            std::to_string(bytes.size) + " bytes, " + std::to_string(bytes.objects) +
                            " encrypted objects");
  sheet.more(std::string("clean copy: ") + (bytes.clean_copy ? "present, as sealed" : "not in this exhibit") +
             "; original: " + (bytes.original ? "present, as sealed" : "not in this exhibit"));
  if (!bytes.not_cleaned.empty())
    sheet.more("NOT CLEANED (" + bytes.not_cleaned + "): sealed as it was, with all that it may betray");
  for (const auto& fact : bytes.facts) sheet.more(fact.name + " = " + fact.value);
  sheet.more(std::to_string(bytes.not_shown) + " of " + std::to_string(bytes.committed) +
             " committed facts are not shown");
  write_texts(sheet, bytes.known_script, bytes.known_page);
}

void write_time(Sheet& sheet, const Report::TimeAnswer& time) {
  sheet.answer("Time", "claimed by the signer's clock: " + time.claimed);
  const auto latest = std::max_element(time.not_after.begin(), time.not_after.end(),
                                       [](const auto& a, const auto& b) { return a.unix_time < b.unix_time; });
  if (latest != time.not_after.end())
    sheet.more("not after " + utc(latest->unix_time) + ", by witnesses: " + names(time.not_after));
  else if (time.best_stamp() == nullptr)
    sheet.more("not after: proved by nobody independent");
  for (const Report::Stamp& one : time.stamps) sheet.more(line_of(one));
  if (const auto earliest = time.proved_not_before()) {
    sheet.more("not before " + proved(earliest) + ", by witnesses: " + names(time.not_before));
    sheet.more("(as far as the log did not hand out that checkpoint before its witnesses saw it)");
  } else if (time.seen_size != 0) {
    sheet.more("after the log had " + std::to_string(time.seen_size) + " entries; no clock time follows from that");
  } else {
    sheet.more("not before: proved by nobody independent");
  }
}

void write_chain(Sheet& sheet, const Report::ChainAnswer& chain) {
  sheet.answer("Chain", "complete from the first to this statement: " + std::to_string(chain.statements) +
                            ", each signed, each naming the one before, logged in this order");
  sheet.more(chain.stored_by.empty() ? "logged; that the server stored the objects is not shown"
                                     : "stored: confirmed by " + chain.stored_by);
}

void write_witnesses(Sheet& sheet, const std::vector<std::string>& witnesses, bool same_policy) {
  sheet.more(witnesses.empty() ? "witnesses: none" : "witnesses: " + joined(witnesses));
  if (!same_policy) sheet.more("the exhibit holds another policy for the same log; yours was used");
}

void write_exporter(Sheet& sheet, const Report::Person& exporter, const std::string& fingerprint, std::uint64_t roster) {
  sheet.answer("Shown by", line_of(exporter));
  sheet.more("key fingerprint " + fingerprint);
  sheet.more("under roster " + std::to_string(roster) + ": ask the case whether this is the current one");
}

/// "4, 7-9: consent; 11: no reason stated"
std::string words_of(const std::vector<ShownChain::Gap>& withheld) {
  std::vector<std::pair<std::string, std::vector<std::uint64_t>>> by_reason;
  for (const auto& gap : withheld) {
    const std::string reason = gap.reason.empty() ? "NO REASON STATED" : gap.reason;
    const auto same = std::find_if(by_reason.begin(), by_reason.end(), [&](const auto& one) { return one.first == reason; });
    if (same == by_reason.end()) by_reason.emplace_back(reason, std::vector{gap.seq});
    else same->second.push_back(gap.seq);
  }
  std::string out;
  for (const auto& [reason, places] : by_reason) out += (out.empty() ? "" : "; ") + ranges(places) + " (" + reason + ")";
  return out;
}

void write_chains(Sheet& sheet, const std::vector<ShownChain>& chains) {
  for (const ShownChain& chain : chains) {
    sheet.answer("Chain", chain.chain.substr(0, 8) + " of " + chain.signer + ", complete from statement 0 to " +
                              std::to_string(chain.statements - 1) + ", each signed, logged in this order");
    sheet.more("shown here: " + ranges(chain.items));
    if (!chain.withheld.empty())
      sheet.more("items that are NOT in this dossier, by the exporter's reasons: " + words_of(chain.withheld));
  }
}

void write_items(Sheet& sheet, const std::vector<Report>& items) {
  sheet.columns = {"item", "statement", "signed by", "claimed", "proved not before", "proved not after", "shows", "state"};
  std::size_t number = 0;
  for (const Report& item : items) {
    std::string shows = item.bytes->clean_copy ? "clean copy" : "";
    if (item.bytes->original) shows += shows.empty() ? "original" : ", original";
    if (!item.bytes->not_cleaned.empty()) shows += " (NOT CLEANED)";
    sheet.rows.push_back({std::to_string(++number), item.item.substr(0, 16), item.signed_by->signer.pseudonym,
                          item.time->claimed, proved(item.time->proved_not_before()),
                          proved(item.time->proved_not_after()), shows.empty() ? "facts alone" : shows,
                          sheets::state_of(item)});
    Sheet::Answer detail{"Item " + std::to_string(number), {item.item}};
    for (const auto& fact : item.bytes->facts) detail.lines.push_back(fact.name + " = " + fact.value);
    detail.lines.push_back(std::to_string(item.bytes->not_shown) + " of " + std::to_string(item.bytes->committed) +
                           " committed facts are not shown; " + std::to_string(item.bytes->objects) + " encrypted objects");
    sheet.details.push_back(std::move(detail));
  }
}

void write_not_proved(Sheet& sheet) {
  for (const std::string& text : not_proved()) sheet.answer("Not proved", text);
}

}  // namespace

Sheet sheet_of(const Report& report) {
  Sheet sheet;
  write_head(sheet, report, "exhibit", "the exhibit's folder");
  if (!report.item.empty()) sheet.answer("Item", report.item);
  if (report.bytes) write_bytes(sheet, *report.bytes);
  if (report.signed_by) {
    sheet.answer("Signed by", line_of(report.signed_by->signer) + "; act: " + report.signed_by->act);
    write_exporter(sheet, report.signed_by->exporter, report.signed_by->exporter_fingerprint, report.signed_by->roster);
  }
  if (report.time) write_time(sheet, *report.time);
  if (report.chain) write_chain(sheet, *report.chain);
  if (report.log) {
    sheet.answer("Log", "entry " + std::to_string(report.log->index) + " of " + std::to_string(report.log->size) + " in " +
                            report.log->origin);
    write_witnesses(sheet, report.log->witnesses, report.log->same_policy);
  }
  write_not_proved(sheet);
  return sheet;
}

Sheet sheet_of(const DossierReport& report) {
  Sheet sheet;
  write_head(sheet, report, "dossier", "the dossier's folder");
  if (!report.dossier.empty()) sheet.answer("Dossier", report.dossier);
  if (report.bytes) {
    sheet.more("for " + report.addressee + ", use: " + report.use);
    sheet.answer("Bytes", "unchanged since they were signed: " + std::to_string(report.bytes->files) + " files, " +
                              std::to_string(report.bytes->size) + " bytes, by SHA-256 and SHA-512");
    if (report.bytes->documents != 0)
      sheet.more(std::to_string(report.bytes->documents) + " documents of the exporter: bound by that signature, proved by nothing else");
    write_texts(sheet, report.bytes->known_script, report.bytes->known_page);
    write_items(sheet, report.items);
  }
  if (report.exporter) write_exporter(sheet, *report.exporter, report.exporter_fingerprint, report.roster);
  write_chains(sheet, report.chains);
  if (report.log) {
    sheet.answer("Log", report.log->origin + ", up to " + std::to_string(report.log->size) + " entries, " +
                            std::to_string(report.log->checkpoints) + " checkpoints shown or named");
    write_witnesses(sheet, report.log->witnesses, report.log->same_policy);
  }
  for (const Report::Stamp& one : report.stamps) sheet.answer("Anchor", line_of(one));
  write_not_proved(sheet);
  return sheet;
}

std::string render_text(const Sheet& sheet) {
  constexpr std::size_t column = 12;
  std::string out = sheet.headline + "\n";
  const auto write = [&](const std::vector<Sheet::Answer>& answers) {
    for (const Sheet::Answer& answer : answers) {
      std::string label = answer.question;
      for (const std::string& line : answer.lines) {
        label.resize(column, ' ');
        out += label + line + "\n";
        label.clear();
      }
    }
  };
  write(sheet.answers);
  const std::string last = sheet.last.empty() ? std::string() : sheet.last + "\n";
  if (sheet.rows.empty()) return out + last;
  std::vector<std::size_t> widths;
  for (const std::string& name : sheet.columns) widths.push_back(name.size());
  for (const auto& row : sheet.rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  const auto line_of = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      line += cells[i];
      if (i + 1 < cells.size()) line.append(widths[i] - cells[i].size() + 2, ' ');
    }
    return line + "\n";
  };
  out += "\n" + line_of(sheet.columns);
  for (const auto& row : sheet.rows) out += line_of(row);
  out += "\n";
  write(sheet.details);
  return out + last;
}

std::string render_text(const DossierReport& report) { return render_text(sheet_of(report)); }

}  // namespace dokaz
