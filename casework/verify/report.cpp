// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/verify/report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "proto/format/time.hpp"

namespace dokaz {
namespace {

std::string utc(std::uint64_t unix_time) {
  constexpr std::uint64_t end_of_9999 = 253402300799;
  if (unix_time > end_of_9999) return "an impossible time";
  return format_time({static_cast<std::int64_t>(unix_time), false});
}

/// Not before: the earliest of the witnesses. Not after: the latest. So one wrong clock can only widen.
std::string earliest(const std::vector<Report::Vouched>& vouched) {
  return utc(std::min_element(vouched.begin(), vouched.end(), [](const auto& a, const auto& b) {
               return a.unix_time < b.unix_time;
             })->unix_time);
}
std::string latest(const std::vector<Report::Vouched>& vouched) {
  return utc(std::max_element(vouched.begin(), vouched.end(), [](const auto& a, const auto& b) {
               return a.unix_time < b.unix_time;
             })->unix_time);
}

std::string names(const std::vector<Report::Vouched>& vouched) {
  std::string out;
  for (const auto& one : vouched) out += (out.empty() ? "" : ", ") + one.witness + " " + utc(one.unix_time);
  return out;
}

class Page {
 public:
  void line(const std::string& text) { out_ += text + "\n"; }
  void answer(std::string_view question, const std::string& text) {
    constexpr std::size_t column = 12;
    std::string label(question);
    label.resize(column, ' ');
    out_ += label + text + "\n";
  }
  void more(const std::string& text) { answer("", text); }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

std::string person(const Report::Person& person) {
  const std::string key = person.epoch == 0 ? "" : "; key " + std::to_string(person.epoch) + " after the first, by key-rotates in the log";
  return person.pseudonym + " (" + person.role + "), by " + person.authority + key;
}

void write_bytes(Page& page, const Report::BytesAnswer& bytes) {
  page.answer("Bytes", "unchanged since they were signed: " + std::to_string(bytes.files) + " files, " +
                           std::to_string(bytes.size) + " bytes, " + std::to_string(bytes.objects) +
                           " encrypted objects");
  page.more(std::string("clean copy: ") + (bytes.clean_copy ? "present, as sealed" : "not in this exhibit") +
            "; original: " + (bytes.original ? "present, as sealed" : "not in this exhibit"));
  if (!bytes.not_cleaned.empty())
    page.more("NOT CLEANED (" + bytes.not_cleaned + "): sealed as it was, with all that it may betray");
  for (const auto& fact : bytes.facts) page.more(fact.name + " = " + fact.value);
  page.more(std::to_string(bytes.not_shown) + " of " + std::to_string(bytes.committed) +
            " committed facts are not shown");
  if (!bytes.known_script) page.more("verify.sh in this exhibit is not the one of this version: do not run it");
  if (!bytes.known_page) page.more("README.html in this exhibit is not the one of this version: do not rely on it");
}

void write_time(Page& page, const Report::TimeAnswer& time) {
  page.answer("Time", "claimed by the signer's clock: " + time.claimed);
  if (time.not_after.empty())
    page.more("not after: proved by nobody independent");
  else
    page.more("not after " + latest(time.not_after) + ", by witnesses: " + names(time.not_after));
  if (!time.not_before.empty()) {
    page.more("not before " + earliest(time.not_before) + ", by witnesses: " + names(time.not_before));
    page.more("(as far as the log did not hand out that checkpoint before its witnesses saw it)");
  } else if (time.seen_size != 0) {
    page.more("after the log had " + std::to_string(time.seen_size) + " entries; no clock time follows from that");
  } else {
    page.more("not before: proved by nobody independent");
  }
}

void write_chain(Page& page, const Report::ChainAnswer& chain) {
  page.answer("Chain", "complete from the first to this statement: " + std::to_string(chain.statements) +
                           ", each signed, each naming the one before, logged in this order");
  page.more(chain.stored_by.empty() ? "logged; that the server stored the objects is not shown"
                                    : "stored: confirmed by " + chain.stored_by);
}

void write_log(Page& page, const Report::LogAnswer& log) {
  page.answer("Log", "entry " + std::to_string(log.index) + " of " + std::to_string(log.size) + " in " + log.origin);
  std::string witnesses;
  for (const auto& witness : log.witnesses) witnesses += (witnesses.empty() ? "" : ", ") + witness;
  page.more(witnesses.empty() ? "witnesses: none" : "witnesses: " + witnesses);
  if (!log.same_policy) page.more("the exhibit holds another policy for the same log; yours was used");
}

nlohmann::ordered_json json_of(const Report::Person& person) {
  return {{"pseudonym", person.pseudonym},
          {"role", person.role},
          {"key", person.key},
          {"authority", person.authority},
          {"epoch", person.epoch}};
}

nlohmann::ordered_json json_of(const std::vector<Report::Vouched>& vouched) {
  auto out = nlohmann::ordered_json::array();
  for (const auto& one : vouched) out.push_back({{"witness", one.witness}, {"time", utc(one.unix_time)}});
  return out;
}

}  // namespace

Outcome Report::outcome() const {
  if (failure) return Outcome::failed;
  return limits.empty() ? Outcome::verified : Outcome::verified_with_limits;
}

int Report::exit_code() const {
  switch (outcome()) {
    case Outcome::verified: return exit_ok;
    case Outcome::verified_with_limits: return exit_verified_with_limits;
    case Outcome::failed: break;
  }
  return dokaz::exit_code(failure->error.code);
}

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::verified: return "verified";
    case Outcome::verified_with_limits: return "verified_with_limits";
    case Outcome::failed: break;
  }
  return "failed";
}

std::string_view words_of(Outcome outcome) {
  return outcome == Outcome::verified_with_limits ? "verified with limits" : name_of(outcome);
}

const std::vector<std::string>& not_proved() {
  static const std::vector<std::string> texts = {
      "that the scene is real, or that what was written about it is true: only that it was not changed since sealing",
      "when and where a picture was taken: what a camera or a person wrote is claimed",
      "who stands behind a pseudonym: the case keeps that elsewhere",
      "that there is nothing else: other items and later statements are not part of this exhibit",
  };
  return texts;
}

std::string render_text(const Report& report) {
  Page page;
  switch (report.outcome()) {
    case Outcome::verified: page.line("VERIFIED, for the case root and the policy that you gave."); break;
    case Outcome::verified_with_limits:
      page.line("VERIFIED WITH LIMITS, for the case root and the policy that you gave.");
      break;
    case Outcome::failed: {
      page.line("FAILED: " + std::string(words_of(report.failure->error.code)) + ".");
      const std::string& where = report.failure->where;
      page.answer("Where", where.empty() ? "the exhibit's folder" : where);
      page.answer("Reason", std::string(name_of(report.failure->error.code)) +
                                (report.failure->error.detail.empty() ? "" : ": " + report.failure->error.detail));
      page.answer("Next", "Do not rely on this exhibit. Ask whoever gave it to you for a fresh copy.");
      break;
    }
  }
  for (const std::string& limit : report.limits) page.answer("Limit", limit);
  page.answer("Case", report.root);
  if (!report.item.empty()) page.answer("Item", report.item);
  if (report.bytes) write_bytes(page, *report.bytes);
  if (report.signed_by) {
    page.answer("Signed by", person(report.signed_by->signer) + "; act: " + report.signed_by->act);
    page.answer("Shown by", person(report.signed_by->exporter));
    page.more("key fingerprint " + report.signed_by->exporter_fingerprint);
    page.more("under roster " + std::to_string(report.signed_by->roster) +
              ": ask the case whether this is the current one");
  }
  if (report.time) write_time(page, *report.time);
  if (report.chain) write_chain(page, *report.chain);
  if (report.log) write_log(page, *report.log);
  for (const std::string& text : not_proved()) page.answer("Not proved", text);
  return page.take();
}

std::string render_json(const Report& report) {
  nlohmann::ordered_json out;
  out["outcome"] = name_of(report.outcome());
  out["code"] = report.exit_code();
  if (report.failure) {
    out["failure"] = {{"error", name_of(report.failure->error.code)},
                      {"what", words_of(report.failure->error.code)},
                      {"where", report.failure->where},
                      {"detail", report.failure->error.detail}};
  }
  out["limits"] = report.limits;
  out["root"] = report.root;
  if (!report.item.empty()) out["item"] = report.item;
  if (report.bytes) {
    auto facts = nlohmann::ordered_json::array();
    for (const auto& fact : report.bytes->facts)
      facts.push_back({{"name", fact.name}, {"value", nlohmann::ordered_json::parse(fact.value, nullptr, false)}});
    out["bytes"] = {{"unchanged", true},
                    {"files", report.bytes->files},
                    {"size", report.bytes->size},
                    {"objects", report.bytes->objects},
                    {"clean_copy", report.bytes->clean_copy},
                    {"original", report.bytes->original},
                    {"not_cleaned", nullptr},
                    {"facts_committed", report.bytes->committed},
                    {"facts_not_shown", report.bytes->not_shown},
                    {"known_script", report.bytes->known_script},
                    {"known_page", report.bytes->known_page},
                    {"facts", facts}};
  }
  if (report.bytes && !report.bytes->not_cleaned.empty()) out["bytes"]["not_cleaned"] = report.bytes->not_cleaned;
  if (report.signed_by) {
    out["signed"] = {{"act", report.signed_by->act},
                     {"signer", json_of(report.signed_by->signer)},
                     {"exporter", json_of(report.signed_by->exporter)},
                     {"exporter_fingerprint", report.signed_by->exporter_fingerprint},
                     {"roster", report.signed_by->roster}};
  }
  if (report.time) {
    out["time"] = {{"claimed", report.time->claimed},
                   {"seen_size", report.time->seen_size},
                   {"not_before", json_of(report.time->not_before)},
                   {"not_after", json_of(report.time->not_after)}};
  }
  if (report.chain) {
    out["chain"] = {{"id", report.chain->chain},
                    {"statements", report.chain->statements},
                    {"complete", true},
                    {"stored_by", report.chain->stored_by}};
  }
  if (report.log) {
    out["log"] = {{"origin", report.log->origin},
                  {"index", report.log->index},
                  {"size", report.log->size},
                  {"witnesses", report.log->witnesses},
                  {"same_policy", report.log->same_policy}};
  }
  out["not_proved"] = not_proved();
  return out.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace dokaz
