// SPDX-License-Identifier: GPL-3.0-or-later
// How the commands get at the case.
#pragma once

#include "casework/casefile/case_file.hpp"
#include "casework/casefile/commands.hpp"

namespace dokaz::casecli {

/// usage, naming the option, for what is no HOST:PORT.
Result<ServerAddress> address_from(const std::string& text);

/// Asks for the passphrase, unless there is no case: not_found.
Result<CaseFile> open_case(const Context& context);

}  // namespace dokaz::casecli
