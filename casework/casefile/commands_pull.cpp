// SPDX-License-Identifier: GPL-3.0-or-later
// pull: what it fetched, what the server did not take, and what a roster that was made elsewhere changes.
#include <algorithm>

#include "casework/casefile/json_line.hpp"
#include "casework/casefile/officers.hpp"
#include "casework/casefile/opening.hpp"
#include "casework/casefile/proxy_option.hpp"
#include "casework/casefile/pull.hpp"
#include "casework/casefile/pull_troubles.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::casecli {
namespace {

/// A group whose present key this folder lacks, though it had the one before.
std::string_view missing_key(const CaseFile& file) {
  for (const Group group : {Group::team, Group::legal}) {
    const auto named = file.roster()->recipients_of(group);
    const auto is_named = [&](const age::Identity& key) {
      return std::ranges::find(named, key.recipient().format()) != named.end();
    };
    if (file.opens(group) && std::ranges::none_of(file.identities(group), is_named)) return name_of(group);
  }
  return {};
}

struct PullRun {
  Pulled pulled;
  std::string missing_key, changes;
};

Result<PullRun> run_pull(const Context& context, const PullArgs& args) {
  DOKAZ_TRY(check_proxy(args.proxy));
  DOKAZ_LET(file, open_case(context));
  if (!args.officers.files.empty()) DOKAZ_TRY(lend_root(context, file, args.officers));
  DOKAZ_TRY(take_proxy(file, args.proxy));
  ServerAddress server = file.server();
  if (!args.server.empty()) {
    DOKAZ_LET(other, address_from(args.server));
    server = other;
  }
  console::Progress progress(context.console, "Fetching");
  PullOptions options;
  if (args.accept_roster) options.newer_roster = NewerRoster::adopt;
  DOKAZ_LET(pulled,
            dokaz::pull(file, server, ClaimedTime{console::now(), false},
                        [&](std::string_view, std::uint64_t done, std::uint64_t total) { progress.at(done, total); }, options));
  std::string changes;
  if (pulled.roster_changes) {
    DOKAZ_LET(text, dokaz::text_of(file, *pulled.roster_changes));
    changes = std::move(text);
  }
  return PullRun{pulled, std::string(missing_key(file)), std::move(changes)};
}

std::string own_text(const Brought& own) {
  std::string text;
  if (own.logged > 0) text += std::to_string(own.logged) + " acts of this case file brought to the server\n";
  if (own.chain_began)
    text += "The server has more of this case file's chain than is here: it was restored from a copy, or is used on another machine, too.\n"
            "A new chain goes on; nothing that was signed here is lost.\n";
  if (own.stated_anew > 0) text += std::to_string(own.stated_anew) + " acts were stated anew in it, with their own times.\n";
  return text;
}

nlohmann::ordered_json json_of(const RosterChanges& changes) {
  using Json = nlohmann::ordered_json;
  const auto members = [](const std::vector<Member>& these) {
    Json out = Json::array();
    for (const Member& one : these)
      out.push_back({{"pseudonym", one.pseudonym}, {"role", name_of(one.role)}, {"key_fingerprint", hex(one.key.hash())}});
    return out;
  };
  const auto recipients = [](const std::vector<GroupRecipient>& these) {
    Json out = Json::array();
    for (const GroupRecipient& one : these) out.push_back({{"group", name_of(one.group)}, {"recipient", one.recipient}});
    return out;
  };
  const auto lines = [](const std::vector<Revoked>& these) {
    Json out = Json::array();
    for (const Revoked& one : these) out.push_back({{"key_fingerprint", hex(one.key.hash())}, {"since", one.since}});
    return out;
  };
  return {{"before", changes.before},
          {"after", changes.after},
          {"listed", members(changes.listed)},
          {"unlisted", members(changes.unlisted)},
          {"recipients", recipients(changes.recipients)},
          {"recipients_gone", recipients(changes.recipients_gone)},
          {"revoked", lines(changes.revoked)},
          {"let_in_again", lines(changes.let_in_again)}};
}

/// What is sealed from now on may be for somebody else's eyes, and who was revoked may be let in again.
std::string changes_text(const PullRun& run) {
  if (run.changes.empty()) return {};
  std::string text = "A ROSTER THAT WAS MADE ELSEWHERE was taken over; the root of the case signed it:\n" + run.changes +
                     "If you do not know of all of this, ask whoever else makes rosters of this case, by a way you trust.\n";
  if (!run.pulled.roster_changes->let_in_again.empty())
    text += "Whoever must stay revoked: dokaz-case revoke NAME --suspect-since PLACE\n";
  return text;
}

/// Where the server has ours there is nothing to say.
std::string roster_text(const Pulled& pulled) {
  if (pulled.roster_put) return {};
  const auto& why = pulled.roster_failure;
  return std::string("The server does NOT have our newest roster") + (why ? ": " + std::string(words_of(why->code)) : "") +
         ". Until it does, nothing of it holds there.\nRun dokaz-case pull again, or give its operator the file roster of the case folder.\n";
}

Answer pulled_answer(const PullRun& run) {
  const Pulled& pulled = run.pulled;
  const std::string no_key = run.missing_key.empty() ? std::string()
                                                     : "The group " + run.missing_key +
                                                           " has a new key, which is not here: ask counsel for it, then\n"
                                                           "  dokaz-case keys --group " + run.missing_key + " --add FILE\n";
  nlohmann::ordered_json missing = nullptr;
  if (!run.missing_key.empty()) missing = run.missing_key;
  const auto name_or_null = [](const std::optional<Error>& error) {
    return error ? nlohmann::ordered_json(name_of(error->code)) : nlohmann::ordered_json();
  };
  const std::string text =
      std::to_string(pulled.entries) + " new statements, " + std::to_string(pulled.objects) + " new objects" +
      (pulled.waiting == 0
           ? std::string()
           : ", " + std::to_string(pulled.waiting) + " objects not on the server yet") +
      (pulled.forks == 0 ? std::string()
                         : ", " + std::to_string(pulled.forks) + " forks: see dokaz-case verify") +
      (pulled.aside == 0 ? std::string()
                         : ", " + std::to_string(pulled.aside) +
                               " statements by a key that does not sign there: see dokaz-case verify") +
      "\n" + changes_text(run) + roster_text(pulled) + own_text(pulled.own) + no_key + text_of_troubles(pulled);
  nlohmann::ordered_json json = {{"statements", pulled.entries},
                                 {"objects", pulled.objects},
                                 {"waiting", pulled.waiting},
                                 {"forks", pulled.forks},
                                 {"set_aside", pulled.aside},
                                 {"own_brought", pulled.own.logged},
                                 {"own_stated_anew", pulled.own.stated_anew},
                                 {"own_chain_began", pulled.own.chain_began},
                                 {"own_error", name_or_null(pulled.own_failure)},
                                 {"roster_newer", pulled.roster_changes.has_value()},
                                 {"roster_changes", pulled.roster_changes ? json_of(*pulled.roster_changes) : nlohmann::ordered_json()},
                                 {"roster_known", pulled.roster_put},
                                 {"roster_error", name_or_null(pulled.roster_failure)},
                                 {"missing_key", missing}};
  json.update(json_of_troubles(pulled));
  return Answer{text, json_line(json), exit_code_of_troubles(pulled)};
}

}  // namespace

Result<Answer> pull(const Context& context, const PullArgs& args) {
  DOKAZ_LET(run, run_pull(context, args));
  const Pulled& pulled = run.pulled;
  Answer answer = pulled_answer(run);
  if (!pulled.own_failure) return answer;
  // What was found is said all the same.
  if (answer.exit_code == exit_ok) answer.exit_code = exit_code(pulled.own_failure->code);
  answer.text += "ACTS OF THIS CASE FILE WAIT, all else was fetched: " + std::string(words_of(pulled.own_failure->code)) +
                 (pulled.own_failure->detail.empty() ? "" : " (" + pulled.own_failure->detail + ")") +
                 ".\nThey are kept; run dokaz-case pull again, and tell the operator if it stays so.\n";
  return answer;
}

}  // namespace dokaz::casecli
