// SPDX-License-Identifier: GPL-3.0-or-later
// The answers of the check of a case for people: the sheet that dokaz-verify fills for an exhibit and a dossier, and its
// renderer.
#include <map>

#include "casework/casefile/acts.hpp"
#include "casework/casefile/check.hpp"
#include "casework/verify/sheet_parts.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

std::string number(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::string headline_of(const CaseReport& report) {
  const std::string judged =
      report.root_given && report.policy_given ? "for the case root and the policy of this case."
      : report.root_given                      ? "for the case root of this case, and a policy that came with the invitation."
      : report.policy_given                    ? "for the policy that you gave, and a case root that came with the invitation."
                                               : "for a case root and a policy that came with the invitation.";
  switch (report.outcome()) {
    case Outcome::verified: return "VERIFIED, " + judged;
    case Outcome::verified_with_limits: return "VERIFIED WITH LIMITS, " + judged;
    case Outcome::failed: break;
  }
  return "FAILED: something in this case does not hold.";
}

void write_problems(Sheet& sheet, const CaseReport& report) {
  for (const ChainFinding& finding : report.findings) sheet.answer("FAILED", words_of(finding));
  if (const std::size_t failed = report.count(Outcome::failed); failed != 0)
    sheet.answer("FAILED", number(failed, "item does", "items do") + " not hold: below the table it is said why");
  if (report.outcome() == Outcome::failed)
    sheet.answer("Next", "Hand nothing of it out. Copy the case folder to another disk, run dokaz-case pull, then check again.");
  std::size_t place = 0;
  for (const auto& [text, items] : report.limits()) {
    sheet.answer("Limit " + std::to_string(++place), text);
    sheet.more(items.size() == report.items.size() ? "(of all items)"
                                                   : "(of " + std::to_string(items.size()) + " of " +
                                                         number(report.items.size(), "item", "items") + ", by this number in the table)");
  }
  for (const RevokedStatement& one : report.revoked) sheet.answer("REVOKED", words_of(one));
  for (const Fork& fork : report.forks) {
    const std::vector<std::string> lines = lines_of(fork);
    sheet.answer("FORK", lines.front());
    for (std::size_t i = 1; i < lines.size(); ++i) sheet.more(lines[i]);
  }
}

void write_bytes(Sheet& sheet, const CaseReport& report) {
  std::size_t items = 0, objects = 0, clean = 0, originals = 0;
  std::uint64_t size = 0;
  for (const Report& item : report.items) {
    if (!item.bytes) continue;
    ++items;
    objects += item.bytes->objects;
    size += item.bytes->size;
    clean += item.bytes->clean_copy ? 1 : 0;
    originals += item.bytes->original ? 1 : 0;
  }
  if (items == 0) return;
  sheet.answer("Bytes", "unchanged since they were signed: " + number(items, "item", "items") + ", " +
                            number(objects, "encrypted object", "encrypted objects") + ", " + std::to_string(size) + " bytes");
  sheet.more(number(clean, "clean copy", "clean copies") + " and " + number(originals, "original", "originals") +
             " opened, with the hashes that were sealed");
}

void write_signers(Sheet& sheet, const CaseReport& report) {
  std::vector<std::string> order;
  std::map<std::string, std::size_t> items_of;
  for (const Report& item : report.items) {
    const std::string line = sheets::line_of(item.signed_by->signer);
    if (items_of[line]++ == 0) order.push_back(line);
  }
  for (const std::string& line : order) {
    const std::string text = line + ": " + number(items_of[line], "item", "items");
    if (line == order.front()) sheet.answer("Signed by", text);
    else sheet.more(text);
  }
}

std::string words_of(const CheckedChain& chain, bool is_whole) {
  std::string text = hex(chain.chain).substr(0, 8) + " of " + chain.signer + ", ";
  text += is_whole ? "complete from statement 0 to " + std::to_string(chain.last) + ", each signed, logged in this order"
                   : "NOT COMPLETE OR NOT WHOLE up to statement " + std::to_string(chain.last);
  text += chain.closed ? "; closed" : "";
  return text + ": " + number(chain.items, "item", "items");
}

void write_chains(Sheet& sheet, const CaseReport& report) {
  const std::set<ChainId> broken = report.broken_chains();
  for (const CheckedChain& chain : report.chains) {
    sheet.answer("Chain", words_of(chain, !broken.contains(chain.chain)));
    for (const CheckedChain::Missing& one : chain.missing)
      sheet.more("missing: " + std::to_string(one.first) + (one.last == one.first ? "" : " to " + std::to_string(one.last)) + " (" +
                 one.reason + ")");
  }
  for (const KeyChange& change : report.key_changes)
    sheet.answer("Key", "chain " + hex(change.chain).substr(0, 8) + " of " + change.signer + ": key " + std::to_string(change.epoch) +
                            " signs from behind statement " + std::to_string(change.seq) + "  " + change.claimed +
                            " (claimed), entry " + std::to_string(change.index) + " of the log");
  if (report.acts_missing > 0)
    sheet.answer("Not here", number(report.acts_missing, "act", "acts") + " whose content was not pulled yet, or is withheld by the server");
  if (report.for_legal_alone > 0)
    sheet.answer("Not read", acts_for_legal_alone(report.for_legal_alone) + ": what they say was not read here");
}

void write_log(Sheet& sheet, const CaseReport& report) {
  sheet.answer("Log", report.log.origin + ", up to " + number(report.log.size, "entry", "entries") + ", " +
                          number(report.log.checkpoints, "checkpoint", "checkpoints") + " shown or named, " +
                          number(report.statements, "statement", "statements") + " of this case");
  sheet.more("that each checkpoint grew out of the one before was proved when it was pulled");
  sheet.more(report.log.witnesses.empty() ? "witnesses: none" : "witnesses: " + sheets::joined(report.log.witnesses));
  if (!report.log.same_policy) sheet.more("this folder holds another policy for the same log; yours was used");
  for (const Report::Stamp& one : report.stamps) sheet.answer("Anchor", sheets::line_of(one));
  if (report.stamps.empty())
    sheet.answer("Anchor", "none was looked at: --anchors takes a copy of the server's log folder");
  if (report.broken_anchors != 0) sheet.more(number(report.broken_anchors, "anchor", "anchors") + " of that folder do not hold");
}

void write_items(Sheet& sheet, const CaseReport& report) {
  sheet.columns = {"item", "statement", "outcome", "signed by", "claimed", "proved not before", "proved not after", "opened", "state", "limits"};
  std::vector<std::vector<std::size_t>> limits_of(report.items.size());
  std::size_t place = 0;
  for (const auto& [text, items] : report.limits()) {
    ++place;
    for (const std::size_t item : items) limits_of[item].push_back(place);
  }
  std::vector<StatementHash> hashes;
  for (const Report& item : report.items) hashes.push_back(*id_from_hex<StatementHash>(item.item));
  const std::vector<std::string> names = list_names(hashes);
  for (std::size_t i = 0; i < report.items.size(); ++i) {
    const Report& item = report.items[i];
    std::string opened = "-";
    if (item.bytes) opened = item.bytes->original ? (item.bytes->clean_copy ? "original" : "NOT CLEANED") : item.bytes->clean_copy ? "clean copy" : "nothing";
    const std::vector<std::uint64_t> limits(limits_of[i].begin(), limits_of[i].end());
    sheet.rows.push_back({std::to_string(i + 1), names[i], std::string(words_of(item.outcome())), item.signed_by->signer.pseudonym,
                          item.time->claimed, sheets::proved(item.time->proved_not_before()),
                          sheets::proved(item.time->proved_not_after()), opened, sheets::state_of(item), limits.empty() ? "-" : ranges(limits)});
    Sheet::Answer detail{"Item " + std::to_string(i + 1), {}};
    if (item.failure)
      detail.lines.push_back(names[i] + "  FAILED, " + item.failure->where + ": " + std::string(words_of(item.failure->error.code)) +
                             (item.failure->error.detail.empty() ? "" : " (" + item.failure->error.detail + ")"));
    if (item.bytes && !item.bytes->not_cleaned.empty())
      detail.lines.push_back(names[i] + "  NOT CLEANED (" + item.bytes->not_cleaned + "): only the original, for the legal recipients");
    if (!detail.lines.empty()) sheet.details.push_back(std::move(detail));
  }
}

Sheet sheet_of(const CaseReport& report) {
  Sheet sheet;
  sheet.outcome = report.outcome();
  sheet.headline = headline_of(report);
  write_problems(sheet, report);
  sheet.answer("Case", report.root);
  if (!report.root_given) sheet.more("as the invitation says: compare it with what counsel tells you, and give it with --root");
  write_bytes(sheet, report);
  write_signers(sheet, report);
  write_chains(sheet, report);
  write_log(sheet, report);
  for (const std::string& text : not_proved_of_case()) sheet.answer("Not proved", text);
  write_items(sheet, report);
  sheet.last = number(report.items.size(), "item", "items") + ": " + std::to_string(report.count(Outcome::verified)) + " verified, " +
               std::to_string(report.count(Outcome::verified_with_limits)) + " verified with limits, " +
               std::to_string(report.count(Outcome::failed)) + " failed; exit code " + std::to_string(report.exit_code()) + ".";
  return sheet;
}

}  // namespace

std::vector<std::string> not_proved_of_case() {
  std::vector<std::string> texts = not_proved();
  texts.back() = "that there is nothing else: what is not on the server yet, or was cut off the end of a chain that nobody closed, is not seen";
  return texts;
}

std::string words_of(const ChainFinding& finding) {
  const std::string place = "chain " + hex(finding.chain).substr(0, 8) + " of " + finding.signer + ", statement " +
                            std::to_string(finding.seq);
  switch (finding.kind) {
    case ChainFinding::Kind::gap: return place + ": missing, though a later one was pulled";
    case ChainFinding::Kind::fork: return place + ": two different statements claim this place";
    case ChainFinding::Kind::after_close: return place + ": the chain was closed before it";
    case ChainFinding::Kind::act_unread: return place + ": what it says cannot be read";
    case ChainFinding::Kind::wrong_epoch:
      return place + ": the key is not the one that signs there, its key-rotate is not proved, or the case had revoked it";
    case ChainFinding::Kind::other_history: return place + ": names another history of the log";
    case ChainFinding::Kind::broken: break;
  }
  return place + ": does not follow from the one before it";
}

std::string words_of(const RevokedStatement& one) {
  return "statement " + std::to_string(one.seq) + " of " + one.signer + ", " + one.act + ", " + one.claimed +
         " (claimed), at place " + std::to_string(one.index) + " of the log: " + one.signer + " is revoked from place " +
         std::to_string(one.since) + " on, so it counts for nothing";
}

std::string render_text(const CaseReport& report) { return render_text(sheet_of(report)); }

std::string render_html(const CaseReport& report) {
  return render_html({sheet_of(report)}, "dokaz-case", "dokaz-case verify in a folder of the case");
}

}  // namespace dokaz
