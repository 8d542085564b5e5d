// SPDX-License-Identifier: GPL-3.0-or-later
// create, invite, fingerprint.
#include <cstdio>

#include "casework/casefile/case_file.hpp"
#include "casework/casefile/handing_out.hpp"
#include "casework/casefile/commands.hpp"
#include "casework/casefile/inviting.hpp"
#include "casework/casefile/json_line.hpp"
#include "casework/casefile/officers.hpp"
#include "casework/casefile/opening.hpp"
#include "casework/casefile/qr.hpp"
#include "crypto/encoding.hpp"
#include "crypto/passphrase_cost.hpp"

namespace dokaz::casecli {
namespace {

constexpr std::int64_t day_seconds = 24 * 60 * 60;
constexpr int most_days = 3650;

/// The same failure, saying what the file is for: never its name.
Error about(std::string_view role, const Error& error) {
  return {error.code, std::string(role) + (error.detail.empty() ? "" : ": " + error.detail)};
}

Result<ServerCard> read_card(const std::string& path) {
  auto bytes = read_file(path, max_note_size, Links::follow);
  if (!bytes) return about("server card", bytes.error());
  auto card = read_server_card(*bytes);
  if (!card) return about("server card", card.error());
  return card;
}

Result<Policy> read_policy(const std::string& path) {
  auto bytes = read_file(path, max_policy_size, Links::follow);
  if (!bytes) return about("policy file", bytes.error());
  auto policy = Policy::parse(*bytes);
  if (!policy) return about("policy file", policy.error());
  return policy;
}

Result<CaseFile> make_case(const Context& context, const CreateArgs& args) {
  DOKAZ_LET(server, address_from(args.server));
  DOKAZ_LET(card, read_card(args.card_file));
  Policy policy = Policy::log_only(card.log);
  if (!args.policy_file.empty()) {
    DOKAZ_LET(given, read_policy(args.policy_file));
    policy = std::move(given);
  }
  DOKAZ_LET(passphrase, console::read_new_passphrase(context.console, "New passphrase of the case"));
  return CaseFile::create(context.folder, passphrase, {server, card, std::move(policy)});
}

Result<ClaimedTime> ticket_end(const InviteArgs& args) {
  if (!args.until.empty()) {
    const auto day = parse_time(args.until);
    if (!day || !day->day_only) return fail(Errc::usage, "--until takes a day, YYYY-MM-DD");
    const ClaimedTime end{day->unix_seconds + day_seconds - 1, false};
    if (end.unix_seconds < console::now()) return fail(Errc::usage, "--until is a day in the past");
    return end;
  }
  if (args.days < 1 || args.days > most_days) return fail(Errc::usage, "--days takes 1 to 3650");
  return ClaimedTime{console::now() + args.days * day_seconds, false};
}

Result<Role> role_of(const InviteArgs& args) {
  const auto role = role_from_name(args.role);
  if (!role || *role == Role::server) return fail(Errc::usage, "--role takes documenter, reviewer or counsel");
  return *role;
}

/// A key file that no program of ours made opens as well, and whoever has a copy of it guesses for nothing.
void warn_of_cheap_key(const Context& context) {
  const auto file = read_file(context.folder / "case.key", std::size_t{1024});
  const auto work = file ? stated_work(*file) : Result<PassphraseWork>(file.error());
  if (!work || !is_cheap(*work) || context.console.json || context.console.quiet) return;
  std::fputs("Warning: guessing at this case's passphrase costs next to nothing. Its key file asks for less work than any that\n"
             "dokaz-case makes: somebody else made it, or changed it. Take the folder from a copy that you know.\n",
             stderr);
}

/// Who works on after that does so for nobody.
Status warn_of_ended_key(const Context& context, CaseFile& file) {
  DOKAZ_LET(ended, file.is_key_ended());
  if (ended && !context.console.json && !context.console.quiet)
    std::fputs("Warning: the server said that the case has ended the key of this folder. What was pulled stays readable here. What is\n"
               "stated or handed out from now on does not reach the log, and counts for nothing. Ask counsel, by a way you trust.\n",
               stderr);
  return {};
}

}  // namespace

Result<ServerAddress> address_from(const std::string& text) {
  const auto address = parse_server_address(text);
  if (!address) return fail(Errc::usage, "--server takes HOST:PORT");
  return *address;
}

Status nothing_there(const std::string& out) {
  std::error_code error;
  if (std::filesystem::symlink_status(out, error).type() != std::filesystem::file_type::not_found)
    return fail(Errc::already_exists, "--out");
  return {};
}

std::string conditions_text(const GatePass& pass) {
  std::string text;
  for (const std::string& condition : joined_words_of(pass.conditions)) text += "  " + condition + "\n";
  return text.empty() ? text : "HEED what the people whom it concerns asked for; the program cannot see to it:\n" + text;
}

void say_age(const std::optional<std::int64_t>& pulled, nlohmann::ordered_json& json, std::string& text) {
  json["last_pull"] = nullptr;
  if (pulled) json["last_pull"] = format_time({*pulled, false});
  json["pull_is_old"] = is_old_pull(pulled, console::now());
  text += old_pull_text(pulled, console::now());
}

Result<CaseFile> open_case(const Context& context) {
  std::error_code error;
  if (!std::filesystem::exists(context.folder / "case.key", error))
    return fail(Errc::not_found, "no case in this folder");
  DOKAZ_LET(passphrase, console::read_passphrase(context.console, "Passphrase of the case"));
  warn_of_cheap_key(context);
  DOKAZ_LET(file, CaseFile::open(context.folder, passphrase));
  DOKAZ_TRY(warn_of_ended_key(context, file));
  return file;
}

Status check_invitation(const InviteArgs& args) {
  DOKAZ_TRY(role_of(args));
  DOKAZ_TRY(ticket_end(args));
  std::error_code error;
  if (std::filesystem::symlink_status(args.out, error).type() != std::filesystem::file_type::not_found)
    return fail(Errc::already_exists, "--out");
  return {};
}

Result<WrittenInvitation> write_new_invitation(CaseFile& file, const InviteArgs& args) {
  DOKAZ_LET(role, role_of(args));
  DOKAZ_LET(until, ticket_end(args));
  DOKAZ_LET(invitation, file.invite(args.pseudonym, role, until, args.tor_only ? Network::tor_only : Network::any));
  const SecretBytes text = write_invitation(invitation);
  DOKAZ_TRY(text.reveal([](ByteView bytes) { return read_invitation(bytes); }));
  WrittenInvitation written{format_time(until), {}};
  if (args.qr) {
    DOKAZ_LET(code, text.reveal([](ByteView bytes) { return qr_text(bytes); }));
    written.qr = std::move(code);
  }
  DOKAZ_TRY(text.reveal([&](ByteView bytes) { return create_file_durably(args.out, bytes); }));
  return written;
}

Result<Answer> create(const Context& context, const CreateArgs& args) {
  DOKAZ_LET(file, make_case(context, args));
  const std::string fingerprint = hex(file.fingerprint());
  const std::string folder = context.folder.string();
  return Answer{
      "The case is made. Fingerprint:\n  " + fingerprint +
          "\n\nGive the operator this file, so that the server knows the case:\n  " + folder +
          "/roster\nGive whoever will verify exhibits, by another way than the exhibits, the fingerprint and:\n  " +
          folder + "/policy\n\nWithout the folder and its passphrase nobody opens the evidence: keep a copy of both apart.\n",
      json_line({{"fingerprint", fingerprint}, {"roster", folder + "/roster"}, {"policy", folder + "/policy"}})};
}

Result<Answer> invite(const Context& context, const InviteArgs& args) {
  DOKAZ_TRY(check_invitation(args));
  DOKAZ_LET(file, open_case(context));
  DOKAZ_TRY(lend_root(context, file, args.officers));
  DOKAZ_LET(invited, write_new_invitation(file, args));
  return Answer{invited.qr + "The invitation is written, valid until " + invited.until +
                    ".\nIt works once and holds a secret: hand it to that person alone, then delete it.\n" +
                    (args.tor_only ? "Who joins with it reaches the server through Tor or not at all, and cannot switch that off.\n" : ""),
                json_line({{"pseudonym", args.pseudonym}, {"until", invited.until}, {"file", args.out}, {"tor_only", args.tor_only}})};
}

Result<Answer> fingerprint(const Context& context) {
  DOKAZ_LET(file, open_case(context));
  const std::string text = hex(file.fingerprint());
  return Answer{text + "\n", json_line({{"fingerprint", text}})};
}

}  // namespace dokaz::casecli
