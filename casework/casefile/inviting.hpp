// SPDX-License-Identifier: GPL-3.0-or-later
// Writing an invitation, for the commands that give one.
#pragma once

#include "casework/casefile/case_file.hpp"
#include "casework/casefile/commands.hpp"

namespace dokaz::casecli {

struct WrittenInvitation {
  std::string until, qr;  // qr is empty unless it was asked for
};

/// What can be said against the arguments before a passphrase is asked for: usage, already_exists for --out.
Status check_invitation(const InviteArgs& args);
/// Remembered, checked, and written to a file that was not there.
Result<WrittenInvitation> write_new_invitation(CaseFile& file, const InviteArgs& args);

}  // namespace dokaz::casecli
