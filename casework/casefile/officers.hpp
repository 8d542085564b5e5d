// SPDX-License-Identifier: GPL-3.0-or-later
// The case root for one command, from the files of two officers.
#pragma once

#include "casework/casefile/case_file.hpp"
#include "casework/casefile/people_commands.hpp"

namespace dokaz::casecli {

/// Lends the root that the officers' files give. Without files: nothing where the root is in the folder, else not_found.
Status lend_root(const Context& context, CaseFile& file, const OfficerArgs& args);
/// From exactly two files, each under its passphrase: usage, wrong_passphrase, wrong_root.
Result<SigningKey> root_of_officers(const Context& context, const OfficerArgs& args);

/// A passphrase from this file where one is named, else asked for with this prompt.
Result<SecretBytes> other_passphrase(const Context& context, const std::string& file, const std::string& prompt);
Result<SecretBytes> other_new_passphrase(const Context& context, const std::string& file, const std::string& prompt);

}  // namespace dokaz::casecli
