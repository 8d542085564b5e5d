// SPDX-License-Identifier: GPL-3.0-or-later
// How the commands get at the case.
#pragma once

#include "casework/casefile/case_file.hpp"
#include "casework/casefile/commands.hpp"
#include "casework/casefile/consent.hpp"
#include "casework/casefile/json_line.hpp"
#include "casework/casefile/last_pull.hpp"

namespace dokaz::casecli {

/// usage, naming the option, for what is no HOST:PORT.
Result<ServerAddress> address_from(const std::string& text);

/// already_exists, before anything is asked or stated.
Status nothing_there(const std::string& out);

/// What was asked for by those who consented, a line each, for whoever hands it on. Empty where nothing was.
std::string conditions_text(const GatePass& pass);

/// How old what the gate knows is: `last_pull` and `pull_is_old`, and behind `text` a line where it is old.
void say_age(const std::optional<std::int64_t>& pulled, nlohmann::ordered_json& json, std::string& text);

/// Asks for the passphrase, unless there is no case: not_found.
Result<CaseFile> open_case(const Context& context);

}  // namespace dokaz::casecli
