// SPDX-License-Identifier: GPL-3.0-or-later
// How the commands get at the case.
#pragma once

#include "casework/casefile/case_file.hpp"
#include "casework/casefile/commands.hpp"
#include "casework/casefile/consent.hpp"

namespace dokaz::casecli {

/// usage, naming the option, for what is no HOST:PORT.
Result<ServerAddress> address_from(const std::string& text);

/// already_exists, before anything is asked or stated.
Status nothing_there(const std::string& out);

/// What was asked for by those who consented, a line each, for whoever hands it on. Empty where nothing was.
std::string conditions_text(const GatePass& pass);

/// Asks for the passphrase, unless there is no case: not_found.
Result<CaseFile> open_case(const Context& context);

}  // namespace dokaz::casecli
