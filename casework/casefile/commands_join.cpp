// SPDX-License-Identifier: GPL-3.0-or-later
// join: a case folder for a reviewer, or for a second counsel; keys: what they join with.
#include "casework/casefile/handing_out.hpp"
#include "casework/casefile/json_line.hpp"
#include "casework/casefile/officers.hpp"
#include "casework/casefile/opening.hpp"
#include "casework/casefile/proxy_option.hpp"
#include "crypto/age/envelope.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::casecli {
namespace {

constexpr std::uint64_t max_keys_file = 65536;
constexpr std::string_view age_file = "age-encryption.org/", armored_file = "-----BEGIN AGE";

bool is_under_passphrase(ByteView file) {
  const std::string_view text = text_of(file);
  return text.starts_with(age_file) || text.starts_with(armored_file);
}

/// An identity file of age, plain or under a passphrase.
Result<GroupKeys> read_keys(const Context& context, const std::string& passphrase_file, const std::string& path,
                            const std::string& group) {
  DOKAZ_LET(file, read_file(path, max_keys_file, Links::follow));
  if (!is_under_passphrase(file)) {
    auto keys = age::Identity::parse_file(file);
    wipe(file);
    return keys;
  }
  DOKAZ_LET(given, other_passphrase(context, passphrase_file, "Passphrase of the key of the group " + group));
  const age::Passphrase passphrase(std::move(given));
  auto plain = age::decrypt(file, passphrase);
  if (!plain) return plain.code() == Errc::age_no_match ? Error{Errc::wrong_passphrase, {}} : plain.error();
  auto keys = age::Identity::parse_file(*plain);
  wipe(*plain);
  return keys;
}

Result<Invitation> read_given_invitation(const std::string& path) {
  DOKAZ_LET(bytes, read_file(path, max_invitation_size, Links::follow));
  auto invitation = read_invitation(bytes);
  wipe(bytes);
  return invitation;
}

/// As age-keygen writes it, the present key first.
Bytes identity_file(const CaseFile& file, Group group) {
  const std::string name(name_of(group));
  Bytes out = to_bytes("# The secret keys of the group " + name + " of a case, the present one first. Whoever has this file\n" +
                       "# opens every object of that group.\n"
                       "# Keep it on an encrypted disk, and destroy it when the work is done.\n");
  for (const age::Identity& key : file.identities(group)) {
    append(out, bytes_of("# public key: " + key.recipient().format() + "\n"));
    key.format().reveal([&](ByteView text) { append(out, text); });
    out.push_back('\n');
  }
  return out;
}

Status write_identity_file(const Context& context, CaseFile& file, Group group, const KeysArgs& args) {
  std::optional<age::Passphrase> passphrase;
  if (args.sealed) {
    DOKAZ_LET(given, other_new_passphrase(context, args.key_passphrase_file, "New passphrase of the key file"));
    passphrase.emplace(std::move(given));
  }
  DOKAZ_LET(pending, PendingFile::start(args.out));
  Bytes text = identity_file(file, group);
  auto written = passphrase ? age::encrypt(text, *passphrase) : Result<Bytes>(text);
  wipe(text);
  if (!written) return written.error();
  const Status appended = pending.append(*written);
  wipe(*written);
  DOKAZ_TRY(appended);
  // From here on nobody sees what is opened with it: that has to be known.
  DOKAZ_TRY(state_access(file, {{}, {"keys"}, {}, args.reason}, console::now()));
  return pending.create();
}

Result<Answer> take_keys(const Context& context, CaseFile& file, Group group, const KeysArgs& args) {
  DOKAZ_LET(given, read_keys(context, args.key_passphrase_file, args.add, args.group));
  DOKAZ_TRY(file.add_keys(group, given));
  const std::size_t count = file.identities(group).size();
  return Answer{"The key is here: " + std::to_string(count) + (count == 1 ? " key" : " keys") + " of the group " + args.group +
                    ". Delete the key file.\n",
                json_line({{"group", args.group}, {"keys", count}})};
}

}  // namespace

Result<Answer> join(const Context& context, const JoinArgs& args) {
  DOKAZ_TRY(check_proxy(args.proxy));
  DOKAZ_LET(invitation, read_given_invitation(args.invitation));
  const bool needs_proxy = invitation.network == Network::tor_only && !kept_form(args.proxy);
  DOKAZ_LET(team, read_keys(context, args.key_passphrase_file, args.team_key, "team"));
  GroupKeys legal;
  if (!args.legal_key.empty()) {
    DOKAZ_LET(given, read_keys(context, args.key_passphrase_file, args.legal_key, "legal"));
    legal = std::move(given);
  }
  DOKAZ_LET(passphrase, console::read_new_passphrase(context.console, "New passphrase of the case"));
  const bool sees_all = !legal.empty();
  DOKAZ_LET(file, CaseFile::join(context.folder, passphrase,
                                 {std::move(invitation), std::move(team), std::move(legal), console::now(), kept_form(args.proxy)}));
  DOKAZ_LET(self, file.self());
  DOKAZ_LET(reached, file.reached());
  return Answer{"You are in the case " + hex(file.fingerprint()) + " as " + self.pseudonym + ", " +
                    std::string(name_of(self.role)) + ".\n" +
                    (sees_all ? "" : "This folder opens clean copies and what the whole team may know. It opens no original and no\n"
                                     "sealed fact: where, when, by whom, and what was not cleaned.\n") +
                    "Compare the fingerprint with the one that counsel gives you by another way. Then:  dokaz-case pull\n" +
                    (needs_proxy ? "A rule of the case: the server is reached through Tor or not at all. Nothing is connected to until a proxy\n"
                                   "is named:  dokaz-case pull --proxy socks5h://127.0.0.1:9050\n"
                                 : "") +
                    "Delete the invitation and the key file.\n",
                json_line({{"fingerprint", hex(file.fingerprint())},
                           {"pseudonym", self.pseudonym},
                           {"role", name_of(self.role)},
                           {"opens", sees_all ? nlohmann::json{"team", "legal"} : nlohmann::json{"team"}},
                           {"tor_only", reached.rule == Network::tor_only}})};
}

Result<Answer> keys(const Context& context, const KeysArgs& args) {
  if (args.group != name_of(Group::team) && args.group != name_of(Group::legal))
    return fail(Errc::usage, "--group takes team or legal");
  const Group group = args.group == name_of(Group::team) ? Group::team : Group::legal;
  if (args.out.empty() == args.add.empty()) return fail(Errc::usage, "--out writes the key, --add takes one over: one of the two");
  if (!args.out.empty()) DOKAZ_TRY(nothing_there(args.out));
  DOKAZ_LET(file, open_case(context));
  if (!args.add.empty()) return take_keys(context, file, group, args);
  if (!file.opens(group))
    return fail(Errc::not_found, "this is a reviewer's folder: it has no key of the group " + args.group + ", counsel has it");
  DOKAZ_TRY(write_identity_file(context, file, group, args));
  const std::size_t count = file.identities(group).size();
  return Answer{"WARNING: this file opens every object of the group " + args.group + ", for whoever has it" +
                    (args.sealed ? " and its passphrase" : "") +
                    ", without any statement.\nThat it was written out is stated, and each custody table says so.\nIt holds " + std::to_string(count) +
                    (count == 1 ? " key" : " keys, the present one first") +
                    ". Open an object with:  age -d -i KEYFILE OBJECT.age | tar x\n",
                json_line({{"group", args.group}, {"file", args.out}, {"keys", count}, {"sealed", args.sealed}})};
}

}  // namespace dokaz::casecli
