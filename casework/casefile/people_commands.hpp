// SPDX-License-Identifier: GPL-3.0-or-later
// The commands about who is in the case and who holds its keys, after their arguments were read.
#pragma once

#include "casework/casefile/commands.hpp"

namespace dokaz::casecli {

/// What is signed by the root goes to the server at once, unless it is told later.
struct TellArgs {
  bool offline = false;
  std::string server, proxy;
};

struct RevokeArgs {
  std::string pseudonym, suspect_since = "now";
  bool dry_run = false;
  OfficerArgs officers;
  TellArgs tell;
};
struct DeviceLostArgs {
  RevokeArgs revoke;
  InviteArgs invite;  // for the fresh device; without a pseudonym the next one
};
struct RosterArgs {
  std::string pseudonym;
  OfficerArgs officers;
  TellArgs tell;
};
struct RotateArgs {
  std::string group;
  OfficerArgs officers;
  TellArgs tell;
};
struct RootExportArgs {
  std::vector<std::string> officers, passphrase_files;
  std::string out;
};
struct HandOverArgs {
  std::string out, passphrase_file;
  bool undo = false;  // instead
};
struct TakeOverArgs {
  std::string from, pseudonym, passphrase_file;
  OfficerArgs officers;
};
struct JoinArgs {
  std::string invitation, team_key, legal_key, key_passphrase_file, proxy;
};
struct NamesArgs {
  std::string file, pseudonym, passphrase_file;
  bool replace = false;
};

Result<Answer> roster_show(const Context& context);
Result<Answer> roster_list(const Context& context);
Result<Answer> roster_add(const Context& context, const RosterArgs& args);
Result<Answer> roster_publish(const Context& context, const TellArgs& args);
Result<Answer> revoke(const Context& context, const RevokeArgs& args);
Result<Answer> device_lost(const Context& context, const DeviceLostArgs& args);
Result<Answer> rotate_recipients(const Context& context, const RotateArgs& args);

Result<Answer> root_export(const Context& context, const RootExportArgs& args);
Result<Answer> root_import(const Context& context, const OfficerArgs& args);
Result<Answer> root_drop(const Context& context, const OfficerArgs& args);
Result<Answer> hand_over(const Context& context, const HandOverArgs& args);
Result<Answer> take_over(const Context& context, const TakeOverArgs& args);
Result<Answer> join(const Context& context, const JoinArgs& args);

/// The name is read from the terminal or from what is piped in, its first line; further lines are the note.
Result<Answer> names_add(const Context& context, const NamesArgs& args);
Result<Answer> names_show(const Context& context, const NamesArgs& args);
Result<Answer> names_list(const Context& context, const NamesArgs& args);
Result<Answer> names_remove(const Context& context, const NamesArgs& args);

}  // namespace dokaz::casecli
