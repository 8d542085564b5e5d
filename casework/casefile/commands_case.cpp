// SPDX-License-Identifier: GPL-3.0-or-later
// create, invite, keys, fingerprint.
#include <cstdio>

#include "casework/casefile/case_file.hpp"
#include "casework/casefile/commands.hpp"
#include "casework/casefile/json_line.hpp"
#include "casework/casefile/opening.hpp"
#include "casework/casefile/qr.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::casecli {
namespace {

constexpr std::uint64_t max_small_file = 64 * 1024;
constexpr std::int64_t day_seconds = 24 * 60 * 60;
constexpr int most_days = 3650;

Result<CaseFile> make_case(const Context& context, const CreateArgs& args) {
  DOKAZ_LET(server, parse_server_address(args.server));
  DOKAZ_LET(card_bytes, read_file(args.card_file, max_small_file, Links::follow));
  DOKAZ_LET(card, read_server_card(card_bytes));
  Policy policy = Policy::log_only(card.log);
  if (!args.policy_file.empty()) {
    DOKAZ_LET(bytes, read_file(args.policy_file, max_small_file, Links::follow));
    DOKAZ_LET(given, Policy::parse(bytes));
    policy = std::move(given);
  }
  DOKAZ_LET(passphrase, console::read_new_passphrase(context.console, "New passphrase of the case"));
  return CaseFile::create(context.folder, passphrase, {server, card, std::move(policy)});
}

Result<ClaimedTime> ticket_end(const InviteArgs& args) {
  if (!args.until.empty()) {
    DOKAZ_LET(day, parse_time(args.until));
    if (!day.day_only) return fail(Errc::usage, "--until takes a day, YYYY-MM-DD");
    return ClaimedTime{day.unix_seconds + day_seconds - 1, false};
  }
  if (args.days < 1 || args.days > most_days) return fail(Errc::usage, "--days takes 1 to 3650");
  return ClaimedTime{console::now() + args.days * day_seconds, false};
}

struct Invited {
  std::string until, qr;
};

Result<Invited> make_invitation(const Context& context, const InviteArgs& args) {
  const auto role = role_from_name(args.role);
  if (!role || *role == Role::server) return fail(Errc::usage, "--role takes documenter, reviewer or counsel");
  DOKAZ_LET(until, ticket_end(args));
  std::error_code error;
  if (std::filesystem::symlink_status(args.out, error).type() != std::filesystem::file_type::not_found)
    return Errc::already_exists;
  DOKAZ_LET(file, open_case(context));
  DOKAZ_LET(invitation, file.invite(args.pseudonym, *role, until));
  const SecretBytes text = write_invitation(invitation);
  DOKAZ_TRY(text.reveal([](ByteView bytes) { return read_invitation(bytes); }));
  Invited invited{format_time(until), {}};
  if (args.qr) {
    DOKAZ_LET(code, text.reveal([](ByteView bytes) { return qr_text(bytes); }));
    invited.qr = std::move(code);
  }
  DOKAZ_TRY(text.reveal([&](ByteView bytes) { return create_file_durably(args.out, bytes); }));
  return invited;
}

Status write_keys(const Context& context, const KeysArgs& args) {
  if (args.group != name_of(Group::team) && args.group != name_of(Group::legal))
    return fail(Errc::usage, "--group takes team or legal");
  const Group group = args.group == name_of(Group::team) ? Group::team : Group::legal;
  DOKAZ_LET(file, open_case(context));
  const age::Identity& identity = file.identity(group);
  DOKAZ_LET(pending, PendingFile::start(args.out));
  DOKAZ_TRY(pending.append(bytes_of("# The secret key of the group " + args.group +
                                    " of a case. Whoever has this file opens every object of that group.\n"
                                    "# Keep it on an encrypted disk, and destroy it when the work is done.\n"
                                    "# public key: " +
                                    identity.recipient().format() + "\n")));
  DOKAZ_TRY(identity.format().reveal([&](ByteView text) { return pending.append(text); }));
  DOKAZ_TRY(pending.append(bytes_of("\n")));
  return pending.create();
}

}  // namespace

void print(const Context& context, const std::string& text, const std::string& json) {
  const std::string& chosen = context.console.json ? json : text;
  std::fwrite(chosen.data(), 1, chosen.size(), stdout);
  std::fflush(stdout);
}

Result<CaseFile> open_case(const Context& context) {
  std::error_code error;
  if (!std::filesystem::exists(context.folder / "case.key", error))
    return fail(Errc::not_found, "no case in this folder");
  DOKAZ_LET(passphrase, console::read_passphrase(context.console, "Passphrase of the case"));
  return CaseFile::open(context.folder, passphrase);
}

Ended create(const Context& context, const CreateArgs& args) {
  const auto file = make_case(context, args);
  if (!file)
    return Failed{file.error(), {"Nothing was overwritten.",
                                 "Check the card and the address with the operator, or choose another --case folder."}};
  const std::string fingerprint = hex(file->fingerprint());
  const std::string folder = context.folder.string();
  print(context,
        "The case is made. Fingerprint:\n  " + fingerprint +
            "\n\nGive the operator this file, so that the server knows the case:\n  " + folder +
            "/roster\nGive whoever will verify exhibits, by another way than the exhibits, the fingerprint and:\n  " +
            folder + "/policy\n\nWithout the folder and its passphrase nobody opens the evidence: keep a copy of both apart.\n",
        json_line({{"fingerprint", fingerprint}, {"roster", folder + "/roster"}, {"policy", folder + "/policy"}}));
  return exit_ok;
}

Ended invite(const Context& context, const InviteArgs& args) {
  const auto invited = make_invitation(context, args);
  if (!invited)
    return Failed{invited.error(),
                  {"No invitation was written.", "Correct what is named above and run invite again; a pseudonym that was "
                                                 "used once needs another name."}};
  print(context,
        invited->qr + "The invitation is written, valid until " + invited->until +
            ".\nIt works once and holds a secret: hand it to that person alone, then delete it.\n",
        json_line({{"pseudonym", args.pseudonym}, {"until", invited->until}, {"file", args.out}}));
  return exit_ok;
}

Ended keys(const Context& context, const KeysArgs& args) {
  if (const auto written = write_keys(context, args); !written)
    return Failed{written.error(), {"No key left the case.", "Choose a file that does not exist yet."}};
  print(context,
        "WARNING: this file opens every object of the group " + args.group +
            ", for whoever has it.\nOpen one with:  age -d -i KEYFILE OBJECT.age | tar x\n",
        json_line({{"group", args.group}, {"file", args.out}}));
  return exit_ok;
}

Ended fingerprint(const Context& context) {
  const auto file = open_case(context);
  if (!file) return Failed{file.error(), {"Nothing was changed.", "Check --case and the passphrase."}};
  const std::string text = hex(file->fingerprint());
  print(context, text + "\n", json_line({{"fingerprint", text}}));
  return exit_ok;
}

}  // namespace dokaz::casecli
