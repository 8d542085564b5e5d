// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of dokaz-case, after their arguments were read.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "console/console.hpp"
#include "proto/format/case.hpp"

namespace dokaz::casecli {

struct Context {
  console::Options console;
  std::filesystem::path folder;
};

struct CreateArgs {
  std::string server, card_file, policy_file;  // policy_file may be empty
};
/// Officers' files, where the case root is not in the folder, and where their passphrases come from (in their order; what
/// is missing is asked for).
struct OfficerArgs {
  std::vector<std::string> files, passphrase_files;
};
struct InviteArgs {
  OfficerArgs officers = {};
  std::string pseudonym, role = "documenter", until, out;
  int days = 30;
  bool qr = false;
  bool tor_only = false;  // whoever joins with it reaches the server through Tor or not at all
};
struct PullArgs {
  std::string server, proxy;  // may be empty
  bool accept_roster = false;
  OfficerArgs officers = {};
};
struct OpenArgs {
  std::string item, out, reason;
};
struct VerifyArgs {
  bool record = false;
  std::string reason, root, policy, anchors, html;  // all may be empty
  std::vector<std::string> authorities;
};
struct ExportArgs {
  std::string item, out, use, to, reason, necessity;
  bool original = false;
  bool despite_withdrawal = false;
  std::vector<std::string> disclose;
  std::string anchors;
  std::vector<std::string> authorities;
};
struct KeysArgs {
  std::string group, out, reason, key_passphrase_file;
  bool sealed = false;  // under a passphrase
  std::string add;      // instead: a key file to take over
};

/// What a command that did its work says, for people and for machines, and the exit code.
struct Answer {
  std::string text, json;
  int exit_code = exit_ok;
};

Result<Answer> create(const Context& context, const CreateArgs& args);
Result<Answer> invite(const Context& context, const InviteArgs& args);
Result<Answer> pull(const Context& context, const PullArgs& args);
Result<Answer> list(const Context& context);
Result<Answer> acts(const Context& context);
Result<Answer> open(const Context& context, const OpenArgs& args);
Result<Answer> verify(const Context& context, const VerifyArgs& args);
Result<Answer> export_(const Context& context, const ExportArgs& args);
Result<Answer> keys(const Context& context, const KeysArgs& args);
Result<Answer> fingerprint(const Context& context);

}  // namespace dokaz::casecli
