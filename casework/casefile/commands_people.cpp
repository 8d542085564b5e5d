// SPDX-License-Identifier: GPL-3.0-or-later
// roster, revoke, device-lost, rotate-recipients.
#include "casework/casefile/inviting.hpp"
#include "casework/casefile/item.hpp"
#include "casework/casefile/json_line.hpp"
#include "casework/casefile/officers.hpp"
#include "casework/casefile/opening.hpp"
#include "casework/casefile/people.hpp"
#include "casework/casefile/proxy_option.hpp"
#include "casework/casefile/pull.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::casecli {
namespace {

using Json = nlohmann::ordered_json;

/// Whether the server has our newest roster, as far as we know.
struct Told {
  bool known = false;
  bool asked = false;     // it was to be
  bool answered = false;  // who has come and what was said there is known; also where it does not take the roster
  std::optional<Error> failure;
};

Told tell_server(CaseFile& file, const TellArgs& args) {
  if (args.offline) return {};
  ServerAddress server = file.server();
  if (!args.server.empty()) {
    auto other = address_from(args.server);
    if (!other) return {false, true, false, other.error()};
    server = *other;
  }
  const auto pulled = put_roster(file, server);
  return pulled ? Told{pulled->roster_put, true, true, pulled->roster_failure} : Told{false, true, false, pulled.error()};
}

/// The case with what the line says of how it is opened and reached: the root for this once, the proxy from now on.
Result<CaseFile> open_with(const Context& context, const OfficerArgs& officers, const TellArgs& tell) {
  DOKAZ_TRY(check_proxy(tell.proxy));
  DOKAZ_LET(file, open_case(context));
  DOKAZ_TRY(file.check_not_passed_on());
  DOKAZ_TRY(lend_root(context, file, officers));
  DOKAZ_TRY(take_proxy(file, tell.proxy));
  return file;
}

/// Before a roster is made: the server's own view, unless that was not wanted. What is decided without it would rest on
/// what was pulled some time ago, and a roster that somebody else made meanwhile would be passed over.
Status ask_server(CaseFile& file, const TellArgs& args) {
  const Told told = tell_server(file, args);
  // One that does not take the roster of before may take the next one.
  if (!told.asked || told.answered) return {};
  const Errc code = told.failure->code;
  if (code == Errc::wrong_root || code == Errc::key_revoked) return *told.failure;
  return fail(told.failure->code, "nothing was changed; --offline does it by what was pulled before");
}

std::string words_of(const Told& told, const CaseFile& file) {
  const std::string number = "roster " + std::to_string(file.roster()->number);
  if (told.known) return "The server has " + number + ": it holds from now on.\n";
  if (told.failure && told.failure->code == Errc::wrong_root)
    return "The server does NOT take " + number + ": it has another one, which this folder did not make.\n"
           "Run dokaz-case pull --accept-roster, which shows that one and takes it over, and then dokaz-case roster: whether what\n"
           "you changed is still so.\n";
  const std::string why = told.failure ? " (" + std::string(dokaz::words_of(told.failure->code)) + ")" : "";
  return "The server does NOT have " + number + " yet" + why + ". Until it does, nothing changes there.\n" +
         (told.asked ? "" : "It was not asked what came meanwhile: if somebody else made a roster of this case, it does not take this one.\n") +
         "Run dokaz-case pull or dokaz-case roster publish, or give its operator the file\n  " +
         (file.folder() / "roster").string() + "\n";
}

void add_told(Json& json, const Told& told, const CaseFile& file) {
  json["roster"] = file.roster()->number;
  json["published"] = told.known;
  json["publish_error"] = nullptr;
  if (told.failure) json["publish_error"] = name_of(told.failure->code);
  json["roster_file"] = (file.folder() / "roster").string();
}

std::string_view root_words(const CaseFile& file) {
  if (file.root() != nullptr) return "here";
  return file.own_admission() ? "not here" : "with the officers";
}

std::string state_of(const Person& person) {
  if (person.revoked_since()) return "revoked";
  return person.key ? "member" : "invited";
}

std::string line_of(const Person& person) {
  std::string line = person.pseudonym + "  " + std::string(name_of(person.role)) + "  ";
  const auto since = person.revoked_since();
  if (since && person.key)
    line += "REVOKED from place " + std::to_string(*since) + " of the log on" +
            (person.key_revoked ? "" : ", because the invitation with which they came was closed");
  else if (since) line += "invitation closed";
  else if (!person.key) line += "invited until " + person.until + ", has not come";
  else line += person.is_listed ? "listed in the roster" : "came with an invitation";
  if (person.network == Network::tor_only) line += "; through Tor only";
  return line + "\n";
}

Json json_of(const Person& person) {
  Json json = {{"pseudonym", person.pseudonym}, {"role", name_of(person.role)}, {"state", state_of(person)},
               {"key_fingerprint", nullptr},    {"listed", person.is_listed},   {"revoked_since", nullptr},
               {"until", nullptr},              {"tor_only", nullptr}};
  if (person.key) json["key_fingerprint"] = hex(person.key->hash());
  if (const auto since = person.revoked_since()) json["revoked_since"] = *since;
  if (person.network) json["tor_only"] = *person.network == Network::tor_only;
  if (!person.until.empty()) json["until"] = person.until;
  return json;
}

std::string_view name_of(LogPlace::Basis basis) {
  switch (basis) {
    case LogPlace::Basis::said: return "said";
    case LogPlace::Basis::newest: return "newest";
    case LogPlace::Basis::witnesses: return "witnesses";
    case LogPlace::Basis::servers_clock: return "servers_clock";
    case LogPlace::Basis::nothing: break;
  }
  return "nothing";
}

Json hashes(const std::vector<StatementHash>& items) {
  Json out = Json::array();
  for (const StatementHash& item : items) out.push_back(hex(item));
  return out;
}

std::string names(const std::vector<StatementHash>& items) {
  std::string out;
  for (const StatementHash& item : items) out += "    " + short_name(item) + "\n";
  return out;
}

/// Somebody is to go: who, from which place on, and what that leaves.
struct Plan {
  Person person;
  LogPlace place;
  RevocationEffect effect;
};

Result<Plan> plan_for(CaseFile& file, const RevokeArgs& args, const SuspectSince& since) {
  DOKAZ_LET(person, find_person(file, args.pseudonym));
  DOKAZ_LET(place, place_of(file, since));
  // Nothing becomes softer by it than the line for their invitation is.
  if (person.key && person.ticket_closed && *person.ticket_closed < place.index) place = {*person.ticket_closed, LogPlace::Basis::said, {}};
  RevocationEffect effect;
  if (person.key) {
    DOKAZ_LET(found, effect_of(file, *person.key, place.index));
    effect = std::move(found);
  }
  return Plan{std::move(person), place, std::move(effect)};
}

std::string words_of(const Plan& plan, bool is_done) {
  const std::string& who = plan.person.pseudonym;
  if (!plan.person.key)
    return who + (is_done ? " has not come; the invitation is closed: once the server has the roster it admits nobody with it,\n"
                            "and what whoever used it before then signs from place " +
                                std::to_string(plan.place.index) + " of the log on counts for nothing.\n"
                          : " has not come; the invitation would be closed.\n");
  const RevocationEffect& effect = plan.effect;
  std::string text = who + (is_done ? " is revoked from " : " would be revoked from ") + words_of(plan.place) + ".\n";
  text += "  stays good: " + std::to_string(effect.good_statements) + " statements, " +
          std::to_string(effect.good_items) + " items among them: they were in the log before that place\n";
  text += "  counts for nothing: " + std::to_string(effect.doubted_statements) + " statements that are here, " +
          std::to_string(effect.doubted_items.size()) + " items among them, and whatever comes\n" +
          names(effect.doubted_items);
  if (!effect.doubted_consents.empty())
    text += "  among them consents, of which what is agreed to no longer counts and what is refused does:\n" + names(effect.doubted_consents);
  if (!effect.doubted_withdrawals.empty())
    text += "  withdrawals, which go on counting, whoever signed them:\n" + names(effect.doubted_withdrawals);
  return text;
}

void add_plan(Json& json, const Plan& plan) {
  json["pseudonym"] = plan.person.pseudonym;
  json["had_come"] = plan.person.key.has_value();
  json["since"] = plan.place.index;
  json["basis"] = name_of(plan.place.basis);
  json["by_servers_clock"] = nullptr;
  if (plan.place.by_server) json["by_servers_clock"] = *plan.place.by_server;
  json["good"] = {{"statements", plan.effect.good_statements}, {"items", plan.effect.good_items}};
  json["doubted"] = {{"statements", plan.effect.doubted_statements}, {"items", hashes(plan.effect.doubted_items)},
                     {"consents", hashes(plan.effect.doubted_consents)}, {"withdrawals", hashes(plan.effect.doubted_withdrawals)}};
}

struct Revoking {
  Plan plan;
  Told told;
};

/// Who came is asked for before and after: an invitation that was used meanwhile does not slip through.
Result<Revoking> carry_out(CaseFile& file, const RevokeArgs& args, const SuspectSince& since) {
  DOKAZ_TRY(ask_server(file, args.tell));
  DOKAZ_LET(plan, plan_for(file, args, since));
  DOKAZ_TRY(dokaz::revoke(file, plan.person, plan.place.index));
  Told told = tell_server(file, args.tell);
  DOKAZ_LET(now, find_person(file, args.pseudonym));
  if (!plan.person.key && now.key && !now.key_revoked) {
    DOKAZ_TRY(dokaz::revoke(file, now, plan.place.index));
    told = tell_server(file, args.tell);
    DOKAZ_LET(effect, effect_of(file, *now.key, plan.place.index));
    plan.effect = std::move(effect);
    plan.person = now;
  }
  return Revoking{std::move(plan), std::move(told)};
}

std::string words_of(const DeviceHeld& held) {
  if (!held.newest_number) return "Nothing by that device is in the log.\n";
  std::string text = "The device's newest statement is number " + std::to_string(*held.newest_number) + ", claimed " +
                     held.newest_claimed + ".\n";
  if (!held.last_heartbeat.empty()) text += "Its last heartbeat, claimed " + held.last_heartbeat + ", had nothing new.\n";
  if (held.is_closed) return text + "Its chain was closed: there was nothing behind that.\n";
  text += "Whether it had signed anything after that, which was never sent, nobody can say.\n";
  if (held.not_stored.empty()) return text + "The server has every object that its statements name.\n";
  return text + "The server does not have the objects of these, which were on the device:\n" + names(held.not_stored);
}

/// How the fresh device reaches the server: a rule of the lost one's invitation does not get lost with it in silence.
std::string network_words(const Person& lost, const InviteArgs& invite) {
  if (invite.tor_only) return "A rule for the fresh device, too: it reaches the server through Tor or not at all.\n";
  if (lost.network) return {};
  return "Whether the lost device had the rule to reach the server through Tor only is not known in this folder, which did not\n"
         "invite it. If it had, destroy this invitation and make another one with dokaz-case invite --tor-only.\n";
}

Json json_of(const DeviceHeld& held) {
  Json json = {{"newest_number", nullptr}, {"newest_claimed_time", nullptr}, {"last_heartbeat", nullptr},
               {"closed", held.is_closed}, {"not_stored", hashes(held.not_stored)}};
  if (held.newest_number) {
    json["newest_number"] = *held.newest_number;
    json["newest_claimed_time"] = held.newest_claimed;
  }
  if (!held.last_heartbeat.empty()) json["last_heartbeat"] = held.last_heartbeat;
  return json;
}

}  // namespace

Result<Answer> roster_show(const Context& context) {
  DOKAZ_LET(file, open_case(context));
  DOKAZ_LET(people, people_of(file));
  std::string text = "Roster " + std::to_string(file.roster()->number) + " of the case " + hex(file.fingerprint()) +
                     "; its root is " + std::string(root_words(file)) + ".\n";
  Json members = Json::array();
  for (const Person& person : people) {
    text += line_of(person);
    members.push_back(json_of(person));
  }
  Json json = {{"number", file.roster()->number}, {"fingerprint", hex(file.fingerprint())}, {"root", root_words(file)},
               {"members", members}};
  DOKAZ_LET(reached, file.reached());
  DOKAZ_LET(passed_on, file.is_passed_on());
  json["tor_only"] = reached.rule == Network::tor_only;
  json["proxy"] = reached.proxy ? Json(*reached.proxy) : Json();
  json["handed_over"] = passed_on;
  for (const Group group : {Group::team, Group::legal}) {
    const std::size_t keys = file.identities(group).size();
    text += "recipients of " + std::string(dokaz::name_of(group)) + ":";
    Json recipients = Json::array();
    for (const std::string& recipient : file.roster()->recipients_of(group)) {
      text += " " + recipient;
      recipients.push_back(recipient);
    }
    text += keys == 0 ? "  (no key of it here)\n"
                      : "  (" + std::to_string(keys) + (keys == 1 ? " key here)\n" : " keys here, the earlier ones for what was sealed before)\n");
    json[std::string(dokaz::name_of(group))] = {{"recipients", recipients}, {"keys_here", keys}};
  }
  if (reached.rule == Network::tor_only || reached.proxy)
    text += "the server is reached " + (reached.proxy ? "by the proxy " + *reached.proxy : std::string("by no proxy yet")) +
            (reached.rule == Network::tor_only ? ", through Tor or not at all: a rule of the case\n" : "\n");
  if (passed_on) text += "A copy of this case was handed over: this folder only reads.\n";
  return Answer{text, json_line(json)};
}

Result<Answer> roster_list(const Context& context) {
  DOKAZ_LET(file, open_case(context));
  DOKAZ_LET(notes, file.rosters());
  std::string text;
  Json all = Json::array();
  for (const Note& note : notes) {
    DOKAZ_LET(roster, parse_roster(note));
    text += std::to_string(roster.number) + "  " + std::to_string(roster.members.size()) + " listed, " +
            std::to_string(roster.revoked.size()) + " revoked\n";
    all.push_back({{"number", roster.number}, {"listed", roster.members.size()}, {"revoked", roster.revoked.size()}});
  }
  return Answer{text, json_line({{"rosters", all}})};
}

Result<Answer> roster_add(const Context& context, const RosterArgs& args) {
  DOKAZ_LET(file, open_with(context, args.officers, args.tell));
  DOKAZ_TRY(ask_server(file, args.tell));
  DOKAZ_LET(person, find_person(file, args.pseudonym));
  DOKAZ_TRY(list_in_roster(file, person));
  const Told told = tell_server(file, args.tell);
  Json json = {{"pseudonym", args.pseudonym}};
  add_told(json, told, file);
  return Answer{args.pseudonym + " is listed in the roster, and can make exhibits.\n" + words_of(told, file), json_line(json)};
}

Result<Answer> roster_publish(const Context& context, const TellArgs& args) {
  DOKAZ_TRY(check_proxy(args.proxy));
  DOKAZ_LET(file, open_case(context));
  DOKAZ_TRY(take_proxy(file, args.proxy));
  const Told told = tell_server(file, args);
  if (told.failure) return *told.failure;
  Json json;
  add_told(json, told, file);
  return Answer{words_of(told, file), json_line(json)};
}

Result<Answer> revoke(const Context& context, const RevokeArgs& args) {
  DOKAZ_LET(since, read_suspect_since(args.suspect_since));
  Json json;
  if (args.dry_run) {
    DOKAZ_LET(file, open_case(context));
    DOKAZ_LET(plan, plan_for(file, args, since));
    add_plan(json, plan);
    json["dry_run"] = true;
    return Answer{words_of(plan, false) + "Nothing was changed.\n", json_line(json)};
  }
  DOKAZ_LET(file, open_with(context, args.officers, args.tell));
  DOKAZ_LET(done, carry_out(file, args, since));
  add_plan(json, done.plan);
  json["dry_run"] = false;
  add_told(json, done.told, file);
  return Answer{words_of(done.plan, true) + words_of(done.told, file), json_line(json)};
}

Result<Answer> device_lost(const Context& context, const DeviceLostArgs& args) {
  DOKAZ_LET(since, read_suspect_since(args.revoke.suspect_since));
  DOKAZ_TRY(check_invitation(args.invite));
  DOKAZ_LET(file, open_with(context, args.revoke.officers, args.revoke.tell));
  DOKAZ_LET(person, find_person(file, args.revoke.pseudonym));
  if (!person.key) return fail(Errc::not_found, "nobody has come with that invitation: revoke closes it");
  DOKAZ_LET(held, held_by(file, *person.key));
  InviteArgs invite = args.invite;
  // Whom the network was dangerous for, it is now more than before.
  invite.tor_only = invite.tor_only || person.network == Network::tor_only;
  invite.role = std::string(dokaz::name_of(person.role));
  if (invite.pseudonym.empty()) {
    DOKAZ_LET(next, next_pseudonym(file, person.pseudonym));
    invite.pseudonym = std::move(next);
  }
  DOKAZ_LET(done, carry_out(file, args.revoke, since));
  DOKAZ_LET(written, write_new_invitation(file, invite));
  Json json;
  add_plan(json, done.plan);
  add_told(json, done.told, file);
  json["held"] = json_of(held);
  json["invitation"] = {{"pseudonym", invite.pseudonym}, {"until", written.until}, {"file", invite.out}, {"tor_only", invite.tor_only}};
  return Answer{words_of(done.plan, true) + words_of(done.told, file) + words_of(held) + written.qr +
                    "An invitation for the fresh device, as " + invite.pseudonym + ", is written to " + invite.out +
                    ".\nIt works once and holds a secret: hand it to that person alone, then delete it.\n" +
                    network_words(person, invite),
                json_line(json)};
}

Result<Answer> rotate_recipients(const Context& context, const RotateArgs& args) {
  const bool is_team = args.group == dokaz::name_of(Group::team);
  if (!is_team && args.group != dokaz::name_of(Group::legal)) return fail(Errc::usage, "--group takes team or legal");
  const Group group = is_team ? Group::team : Group::legal;
  DOKAZ_LET(file, open_with(context, args.officers, args.tell));
  DOKAZ_TRY(ask_server(file, args.tell));
  DOKAZ_TRY(file.rotate_recipient(group));
  const Told told = tell_server(file, args.tell);
  Json json = {{"group", args.group},
               {"recipient", file.identity(group).recipient().format()},
               {"keys_here", file.identities(group).size()}};
  add_told(json, told, file);
  return Answer{"The group " + args.group + " has a new key. What is sealed from now on is for it, on each device once it has\n"
                "synced with the server after that; until then it goes on sealing for the key before.\n"
                "The earlier keys stay here and open what was sealed for them. Whoever has a copy of one opens that, too,\n"
                "for ever: nothing changes that.\n"
                "Who works with this group's key elsewhere needs the new one: dokaz-case keys --group " +
                    args.group + "\n" + words_of(told, file),
                json_line(json)};
}

}  // namespace dokaz::casecli
