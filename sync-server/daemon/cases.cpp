// SPDX-License-Identifier: GPL-3.0-or-later
// case list, grant, quota, suspend and resume: the operator's word on cases, beside a server that runs.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "crypto/encoding.hpp"
#include "sync-server/daemon/commands.hpp"
#include "sync-server/daemon/key_source.hpp"
#include "sync-server/store/inspection.hpp"

namespace dokaz::server {
namespace {

using Json = nlohmann::ordered_json;

std::string_view words_for(Access access) {
  switch (access) {
    case Access::open: return "no";
    case Access::reading: return "yes, its readers go on";
    case Access::none: return "yes, also for its readers";
  }
  return {};
}

Json json_of(const CaseFigures& one) {
  return {{"case", hex(one.fingerprint)},        {"roster", one.roster_number},
          {"members", one.members},              {"statements", one.statements},
          {"forks", one.forks},                  {"used", one.used},
          {"quota", one.quota},                  {"suspended", one.access != Access::open},
          {"reading", one.access != Access::none}};
}

std::string text_of(const CaseFigures& one) {
  return fmt::format(
      "{}\n"
      "  roster         number {}, {} members with those admitted\n"
      "  statements     {}; {} forks kept\n"
      "  room           {} of {} bytes in use ({} %)\n"
      "  suspended      {}\n",
      hex(one.fingerprint), one.roster_number, one.members, one.statements, one.forks, one.used, one.quota,
      one.quota == 0 ? 100 : static_cast<std::uint64_t>(100.0 * static_cast<double>(one.used) / static_cast<double>(one.quota)),
      words_for(one.access));
}

Status try_list(const Order& order) {
  DOKAZ_LET(inspection, Inspection::open(order.data, key_source(order)));
  DOKAZ_LET(cases, inspection.cases());
  if (order.options.json) {
    Json document = {{"cases", Json::array()}};
    for (const CaseFigures& one : cases) document["cases"].push_back(json_of(one));
    return console::print(document.dump() + "\n");
  }
  std::string text;
  for (const CaseFigures& one : cases) text += text_of(one);
  if (cases.empty() && !order.options.quiet) text = "No case was let in yet.\n";
  return console::print(text);
}

Status try_grant(const Order& order) {
  DOKAZ_LET(bytes, read_file(order.roster, max_note_size, Links::follow));
  DOKAZ_LET(note, Note::parse(bytes));
  DOKAZ_LET(inspection, Inspection::open(order.data, key_source(order)));
  DOKAZ_TRY(inspection.grant(note, order.quota));
  DOKAZ_LET(roster, parse_roster(note));
  DOKAZ_LET(granted, inspection.figures_of(fingerprint_of(roster.root)));
  if (order.options.json) return console::print(Json{{"granted", true}, {"quota", granted.quota}}.dump() + "\n");
  if (order.options.quiet) return {};
  DOKAZ_TRY(console::print("The case is let in. A server that runs sees it at once.\n"));
  if (granted.access == Access::open) return {};
  return console::print("It is suspended, as before: dokaz-server case resume\n");
}

/// Changes one case and says how it stands now.
template <class Change>
Status try_change(const Order& order, Change change) {
  DOKAZ_LET(inspection, Inspection::open(order.data, key_source(order)));
  DOKAZ_LET(fingerprint, inspection.find_case(order.case_digits));
  DOKAZ_TRY(change(inspection, fingerprint));
  DOKAZ_LET(now, inspection.figures_of(fingerprint));
  if (order.options.json) return console::print(json_of(now).dump() + "\n");
  return order.options.quiet ? Status() : console::print(text_of(now));
}

Outcome outcome_of(Status done) {
  if (done) return {};
  console::Advice advice = advice_for_store(done.code());
  return {std::move(done), std::move(advice)};
}

Outcome outcome_of_change(Status done) {
  if (done) return {};
  console::Advice advice = advice_for_store(done.code());
  if (done.code() == Errc::usage || done.code() == Errc::not_found)
    advice.next = "See which cases are there: dokaz-server case list --data DIR";
  else if (done.code() == Errc::malformed)
    advice.next = "Name fewer bytes.";
  return {std::move(done), std::move(advice)};
}

Outcome set_access(const Order& order, Access access) {
  return outcome_of_change(try_change(order, [access](Inspection& inspection, const Fingerprint& which) {
    return inspection.set_access(which, access);
  }));
}

}  // namespace

Outcome case_list(const Order& order) { return outcome_of(try_list(order)); }

Outcome case_grant(const Order& order) {
  Outcome outcome = outcome_of(try_grant(order));
  const std::string kept = "What the server knows of this case is as before.";
  if (outcome.status) return outcome;
  const Errc code = outcome.status.code();
  if (code == Errc::not_a_member)
    outcome.advice = {kept,
                      "Make the case with this server's card (dokaz-server card --data DIR), so that its roster "
                      "names the server."};
  else if (code == Errc::already_exists)
    outcome.advice = {kept, "Grant the newest roster of the case; a roster never replaces a newer one."};
  else if (code == Errc::malformed || code == Errc::bad_signature)
    outcome.advice = {kept, "Take the roster file again from whoever made the case; this one is not whole."};
  else if (code == Errc::not_found)
    outcome.advice = {kept, "Check the path of the roster file, and --data."};
  return outcome;
}

Outcome case_quota(const Order& order) {
  return outcome_of_change(try_change(order, [&order](Inspection& inspection, const Fingerprint& which) {
    return inspection.set_quota(which, *order.quota);
  }));
}

Outcome case_suspend(const Order& order) {
  return set_access(order, order.reading_too ? Access::none : Access::reading);
}

Outcome case_resume(const Order& order) { return set_access(order, Access::open); }

}  // namespace dokaz::server
