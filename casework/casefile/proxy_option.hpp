// SPDX-License-Identifier: GPL-3.0-or-later
// --proxy, for every command that connects: which way the server is reached, from now on.
#pragma once

#include "casework/casefile/case_file.hpp"

namespace CLI {
class App;
}

namespace dokaz::casecli {

inline constexpr std::string_view no_proxy = "none";

void add_proxy(CLI::App* command, std::string& into);
/// usage, before anything is asked, for what is neither "none" nor socks5h://ADDRESS:PORT; an empty one is good.
Status check_proxy(const std::string& option);
/// Kept before anything is connected to. usage for "none" where the case's rule is Tor only.
Status take_proxy(CaseFile& file, const std::string& option);
/// As it is kept; nothing for "none" and an empty one.
std::optional<std::string> kept_form(const std::string& option);

}  // namespace dokaz::casecli
