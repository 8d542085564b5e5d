// SPDX-License-Identifier: GPL-3.0-or-later
// list, acts, open, verify, export.
#include <algorithm>

#include "casework/casefile/acts.hpp"
#include "casework/casefile/check.hpp"
#include "casework/casefile/commands.hpp"
#include "casework/casefile/json_line.hpp"
#include "casework/casefile/opening.hpp"
#include "casework/casefile/show.hpp"
#include "casework/casefile/write_item.hpp"
#include "casework/verify/authorities.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::casecli {
namespace {

struct Listed {
  std::string text;
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  nlohmann::ordered_json revoked = nlohmann::ordered_json::array();  // of list
};

nlohmann::ordered_json json_of(const ShownAct& act) {
  nlohmann::ordered_json json = {{"index", nullptr},
                                 {"statement", hex(act.statement)},
                                 {"signer", act.signer},
                                 {"act", name_of(act.act)},
                                 {"claimed_time", act.claimed},
                                 {"seq", act.seq},
                                 {"item", nullptr}};
  if (act.index) json["index"] = *act.index;
  if (act.item) json["item"] = hex(*act.item);
  json["weight"] = name_of(act.weight);
  json["facts"] = nlohmann::ordered_json::object();
  for (const Fact& fact : act.facts)
    if (fact.name() != "decoy" && fact.name() != "object")
      json["facts"][fact.name()] = nlohmann::ordered_json::parse(fact.value_json());
  if (act.failure) json["error"] = name_of(act.failure->code);
  return json;
}

Result<Listed> make_acts(const Context& context) {
  DOKAZ_LET(file, open_case(context));
  DOKAZ_LET(entries, file.entries());
  DOKAZ_LET(all, acts_of(file, entries));
  Listed listed;
  for (const ShownAct& act : all) {
    const std::string about = act.item ? "item " + short_name(*act.item) : std::string("case");
    listed.text += std::string(mark_of(act.weight)) + act.signer + "  " + act.claimed + " (claimed)  " + about + "  " + words_of(act) +
                   (act.index || act.weight == Weight::second ? "" : "  [not at the server yet]") + "\n";
    listed.json.push_back(json_of(act));
  }
  if (listed.text.empty()) listed.text = "There are none yet, as far as was pulled.\n";
  return listed;
}

/// The lines below an item: what was said of it later.
std::string acts_text(const std::vector<ShownAct>& acts, const StatementHash& item) {
  std::string text;
  for (const ShownAct& act : acts)
    if (act.item == item) text += "    " + std::string(mark_of(act.weight)) + act.claimed + " (claimed)  " + act.signer + "  " + words_of(act) + "\n";
  return text;
}

/// Below the items: those that are in the log, and that the case does not call its member's any more.
Status add_revoked(CaseFile& file, const Membership& members, Listed& listed) {
  DOKAZ_LET(revoked, file.revoked_entries());
  for (const CaseEntry& entry : revoked) {
    if (!is_item(entry.statement)) continue;
    const Member* member = members.find(entry.receipt.member);
    const std::string signer = member != nullptr ? member->pseudonym : "?";
    listed.text += "REVOKED  " + short_name(entry.statement.hash()) + "  " + signer + "  " +
                   format_time(entry.statement.fields().time) +
                   " (claimed)  in the log where its member is revoked: it counts for nothing\n";
    listed.revoked.push_back({{"item", hex(entry.statement.hash())}, {"index", entry.index}, {"signer", signer}});
  }
  return {};
}

Result<Listed> make_list(const Context& context) {
  DOKAZ_LET(file, open_case(context));
  DOKAZ_LET(members, file.membership());
  DOKAZ_LET(entries, file.entries());
  std::vector<StatementHash> items;
  for (const CaseEntry& entry : entries)
    if (is_item(entry.statement)) items.push_back(entry.statement.hash());
  const std::vector<std::string> names = list_names(items);
  DOKAZ_LET(acts, acts_of(file, entries));
  const StoredAnswers stored_answers(entries);
  auto name = names.begin();
  Listed listed;
  for (const CaseEntry& entry : entries) {
    if (!is_item(entry.statement)) continue;
    const Member* member = members.find(entry.receipt.member);
    const std::string signer = member != nullptr ? member->pseudonym : "?";
    const std::string item = hex(entry.statement.hash());
    const std::string claimed = format_time(entry.statement.fields().time);
    const bool stored = stored_answers.has(entry.statement);
    std::size_t here = 0;
    std::uint64_t size = 0;
    for (const ObjectRef& object : entry.statement.fields().objects) {
      std::error_code error;
      if (std::filesystem::exists(file.object_path(object.id), error)) ++here;
      size += object.size;
    }
    const bool fetched = here == entry.statement.fields().objects.size();
    const std::string state = stored ? "stored" : "logged";
    // Whoever cannot open it yet sees so much: a cleaned item has two objects.
    const bool one_object = entry.statement.fields().objects.size() == 1;
    listed.text += *name++ + "  " + signer + "  " + claimed + " (claimed)  " + state + (fetched ? "" : ", objects not here yet") +
                   "  " + std::to_string(size) + " bytes" +
                   (one_object ? "  not cleaned" : "") + "\n" + acts_text(acts, entry.statement.hash());
    listed.json.push_back({{"item", item},
                           {"index", entry.index},
                           {"signer", signer},
                           {"claimed_time", claimed},
                           {"state", state},
                           {"fetched", fetched},
                           {"cleaned", !one_object},
                           {"bytes", size}});
  }
  DOKAZ_TRY(add_revoked(file, members, listed));
  if (listed.text.empty()) listed.text = "There are no items yet. Run pull first.\n";
  return listed;
}

struct Opened {
  std::string item;
  WrittenItem files;
  std::optional<std::string> note;
  std::string not_cleaned;  // why; empty for a cleaned item
  StatementHash statement;  // of the access
};

std::string text_of(const Opened& opened) {
  std::string text = "Every hash is the one that was sealed.\n";
  if (opened.files.clean)
    text += "  clean copy (no metadata):      " + opened.files.clean->string() + "\n";
  else
    text += "  NOT CLEANED (" + opened.not_cleaned +
            "): there is no clean copy. Handle the original as what it is: it may betray\n"
            "  people, and may be made to do harm to the program that opens it.\n";
  if (opened.files.original)
    text += "  original (may betray people):  " + opened.files.original->string() + "\n";
  else
    text += "  The original and the sealed facts are for the legal recipients alone: no key of theirs is here.\n";
  for (const Path& sidecar : opened.files.sidecars)
    text += "  sidecar (may betray people):   " + sidecar.string() + "\n";
  if (opened.note) text += "  note: " + console::printable(*opened.note) + "\n";
  return text + "That it was opened is statement " + short_name(opened.statement) + ", which goes to the server with the next dokaz-case pull.\n";
}

nlohmann::ordered_json json_of(const Opened& opened) {
  nlohmann::ordered_json json = {{"item", opened.item},
                                 {"clean", nullptr},
                                 {"original", nullptr},
                                 {"sidecars", nlohmann::ordered_json::array()},
                                 {"not_cleaned", nullptr},
                                 {"note", nullptr},
                                 {"statement", hex(opened.statement)}};
  if (opened.files.original) json["original"] = opened.files.original->string();
  if (opened.files.clean) json["clean"] = opened.files.clean->string();
  for (const Path& sidecar : opened.files.sidecars) json["sidecars"].push_back(sidecar.string());
  if (!opened.not_cleaned.empty()) json["not_cleaned"] = opened.not_cleaned;
  if (opened.note) json["note"] = *opened.note;
  return json;
}

Result<Opened> open_one(const Context& context, const OpenArgs& args) {
  DOKAZ_LET(file, open_case(context));
  console::Progress progress(context.console, "Opening");
  DOKAZ_LET(entries, file.entries());
  DOKAZ_LET(entry, find_item(entries, args.item));
  DOKAZ_LET(item, open_item_unread(file, entry->statement));
  if (item.legal_is_sealed && !item.clean)
    return fail(Errc::age_no_match, "it was not cleaned, and is sealed for the legal recipients alone");
  AccessAct access{entry->statement.hash(), {"facts"}, {}, args.reason};
  if (!item.legal_is_sealed) access.shown.insert("original");
  if (item.clean) access.shown.insert("clean");
  if (!item.sidecars.empty()) access.shown.insert("sidecars");
  DOKAZ_TRY(nothing_in_the_way(item, args.out));
  StatementHash statement;
  // When all is on the disk and nothing has its name: what was looked at and not stated must not be, nor the other way.
  const auto state = [&]() -> Status {
    DOKAZ_LET(stated, state_access(file, access, console::now()));
    statement = stated;
    return {};
  };
  DOKAZ_LET(files, write_item(item, args.out, [&](std::uint64_t done, std::uint64_t total) { progress.at(done, total); }, state));
  Opened opened{hex(entry->statement.hash()), std::move(files), {}, item.not_cleaned(), statement};
  if (const Fact* note = item.note()) opened.note = note->as_text();
  return opened;
}

struct Exported {
  Report report;
  GatePass pass;
  StatementHash statement;
  StampCount stamps;
  std::optional<std::int64_t> pulled;  // when
};

Result<Exported> make_exhibit(const Context& context, const ExportArgs& args) {
  DOKAZ_LET(use, use_of_word(args.use));
  DOKAZ_TRY(nothing_there(args.out));
  DOKAZ_LET(authorities, read_authorities(args.authorities));
  DOKAZ_LET(file, open_case(context));
  const ShowOptions options{args.original, args.disclose, {use, args.necessity, args.despite_withdrawal}, args.to, args.reason,
                            {args.anchors, std::move(authorities)}};
  DOKAZ_LET(pulled, last_pull(file));
  DOKAZ_LET(shown, show_item(file, args.item, options, console::now()));
  console::Progress progress(context.console, "Writing");
  StatementHash statement;
  // Stated before it has its name: what is handed out and not stated must not be.
  const auto state = [&]() -> Status {
    DOKAZ_LET(stated, state_export(file, shown.act, console::now()));
    statement = stated;
    return {};
  };
  DOKAZ_TRY(write_exhibit(shown.files, args.out, [&](std::size_t done, std::size_t total) { progress.at(done, total); }, state));
  return Exported{std::move(shown.report), std::move(shown.act.pass), statement, shown.stamps, pulled};
}

}  // namespace

Result<Answer> list(const Context& context) {
  DOKAZ_LET(listed, make_list(context));
  return Answer{listed.text, json_line({{"items", listed.json}, {"revoked", listed.revoked}})};
}

Result<Answer> acts(const Context& context) {
  DOKAZ_LET(shown, make_acts(context));
  return Answer{shown.text, json_line({{"acts", shown.json}})};
}

Result<Answer> open(const Context& context, const OpenArgs& args) {
  DOKAZ_LET(opened, open_one(context, args));
  return Answer{text_of(opened), json_line(json_of(opened))};
}

Result<Answer> verify(const Context& context, const VerifyArgs& args) {
  CheckOptions options;
  options.now = console::now();
  if (!args.root.empty()) {
    const auto root = id_from_hex<Fingerprint>(args.root);
    if (!root) return fail(Errc::usage, "--root takes the 64 hexadecimal digits of the case's fingerprint");
    options.root = *root;
  }
  if (!args.policy.empty()) {
    const auto bytes = read_file(args.policy, max_policy_size, Links::follow);
    if (!bytes) return fail(bytes.code(), "--policy");
    const auto policy = Policy::parse(*bytes);
    if (!policy) return fail(policy.code(), "--policy");
    options.policy = *policy;
  }
  DOKAZ_LET(authorities, read_authorities(args.authorities));
  options.stamps = {args.anchors, std::move(authorities)};
  std::error_code error;
  if (!args.html.empty() && std::filesystem::symlink_status(args.html, error).type() != std::filesystem::file_type::not_found)
    return fail(Errc::already_exists, "--html");
  DOKAZ_LET(file, open_case(context));
  console::Progress progress(context.console, "Checking");
  DOKAZ_LET(report, check_case(file, options, [&](std::size_t done, std::size_t total) { progress.at(done, total); }));
  if (!args.html.empty()) DOKAZ_TRY(create_file_durably(args.html, bytes_of(render_html(report))));
  if (args.record) {
    const VerifyAct act{std::string(name_of(report.outcome())), report.items.size(), report.count(Outcome::failed), args.reason};
    DOKAZ_TRY(state_verification(file, act, console::now()));
  }
  return Answer{render_text(report), render_json(report), report.exit_code()};
}

Result<Answer> export_(const Context& context, const ExportArgs& args) {
  DOKAZ_LET(exported, make_exhibit(context, args));
  const Report& report = exported.report;
  std::string text =
      "The exhibit is written to " + args.out + " and passes the check, outcome: " + std::string(words_of(report.outcome())) + "\n" +
      (args.original ? "It shows the original with all its metadata: be sure that the addressee may see it.\n" : "") +
      (args.anchors.empty() ? "" : words_of(exported.stamps)) +
      "Give the addressee the fingerprint and the policy file by another way.\n" + conditions_text(exported.pass) +
      "That it leaves is statement " + short_name(exported.statement) + ", which goes to the server with the next dokaz-case pull.\n" +
      (args.to.empty() ? "NO ADDRESSEE IS NAMED: the ledger will say for ever \"to nobody named\". Name whoever gets it with --to.\n" : "");
  nlohmann::ordered_json json = {{"folder", args.out}, {"outcome", name_of(report.outcome())}, {"item", report.item},
                                 {"limits", report.limits}, {"stamps", exported.stamps.in},
                                 {"confirmed_stamps", exported.stamps.confirmed}, {"broken_anchors", exported.stamps.broken}, {"statement", hex(exported.statement)}, {"conditions", words_of(exported.pass.conditions)}};
  say_age(exported.pulled, json, text);
  return Answer{std::move(text), json_line(json)};
}

}  // namespace dokaz::casecli
